import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { type Artifact, type Artifacts, EngineError } from '@runcible/interface'
import { type Descriptor, type Digest, digestOf, encodeManifest, ociMediaTypes } from '@runcible/oci-spec'

const title = 'org.opencontainers.image.title'

/** What pushes put where: a registry for `fakeArtifacts`. */
export type FakeArtifactRegistry = Map<
  string,
  { readonly artifact: Artifact; readonly files: ReadonlyMap<Digest, Uint8Array> }
>

const fullName = (name: string): string => {
  const plain = name.replace(/^docker:\/\//, '')
  const tagged = plain.slice(plain.lastIndexOf('/') + 1).includes(':') ? plain : `${plain}:latest`
  return /^[^/]*[.:][^/]*\/|^localhost\//.test(plain) ? tagged : `localhost/${tagged}`
}

/** `Artifacts` in memory: the same promises, with the files that are named on the disk alone. */
export function fakeArtifacts({ registry = new Map() }: { readonly registry?: FakeArtifactRegistry } = {}): Artifacts {
  const kept = new Map<string, Artifact>()
  const blobs = new Map<Digest, Uint8Array>()
  const find = (name: string): Artifact | undefined => {
    const digits = name.replace(/^sha256:/, '')
    return (
      kept.get(fullName(name)) ??
      (/^[0-9a-f]+$/.test(digits)
        ? [...kept.values()].find(({ digest }) => digest.startsWith(`sha256:${digits}`))
        : undefined)
    )
  }
  const need = (name: string): Artifact => {
    const found = find(name)
    if (found !== undefined) return found
    throw new EngineError('not-found', `${name}: artifact does not exist`, { subject: { kind: 'image', name } })
  }
  const store = (path: string, mediaType: string, annotations: Readonly<Record<string, string>>): Descriptor => {
    const bytes = readFileSync(path)
    const digest = digestOf(bytes)
    blobs.set(digest, bytes)
    return { mediaType, digest, size: bytes.length, annotations: { [title]: basename(path), ...annotations } }
  }
  const remote = (name: string) => {
    const found = registry.get(fullName(name))
    if (found !== undefined) return found
    throw new EngineError('not-found', `the registry has no ${name}`, { subject: { kind: 'image', name } })
  }
  return {
    async add(
      name,
      { files, type, fileType = 'application/octet-stream', annotations = {}, append = false, replace = false, subject }
    ) {
      const old = append ? need(name) : find(name)
      if (old !== undefined && !append && !replace)
        throw new EngineError('already-exists', `${name}: artifact already exists`, {
          subject: { kind: 'image', name }
        })
      const added = files.map((file) => store(file, fileType, annotations))
      const layers = append && old !== undefined ? [...old.manifest.layers, ...added] : added
      const about = subject === undefined ? undefined : remote(subject).artifact
      const manifest = {
        schemaVersion: 2 as const,
        mediaType: ociMediaTypes.manifest,
        artifactType: type ?? old?.manifest.artifactType ?? 'application/vnd.unknown.artifact.v1',
        config: { mediaType: ociMediaTypes.empty, digest: digestOf(Buffer.from('{}')), size: 2, data: 'e30=' },
        layers,
        ...(about === undefined
          ? {}
          : { subject: { mediaType: ociMediaTypes.manifest, digest: about.digest, size: about.bytes.length } })
      }
      const bytes = encodeManifest(manifest)
      const size = layers.reduce((sum, layer) => sum + layer.size, 0)
      const made: Artifact = {
        name: fullName(name),
        digest: digestOf(bytes),
        manifest,
        bytes,
        size,
        createdAt: Date.now()
      }
      kept.set(made.name, made)
      return made
    },
    async pull(name) {
      const { artifact, files } = remote(name)
      for (const [digest, bytes] of files) blobs.set(digest, bytes)
      const made = { ...artifact, name: fullName(name) }
      kept.set(made.name, made)
      return made
    },
    async push(name, destination) {
      const artifact = need(name)
      const files = new Map(
        artifact.manifest.layers.map(({ digest }) => [digest, blobs.get(digest) ?? new Uint8Array(0)])
      )
      registry.set(fullName(destination ?? artifact.name), { artifact, files })
      return artifact.digest
    },
    list: async () => [...kept.values()],
    get: async (name) => need(name),
    async remove(name) {
      const artifact = need(name)
      kept.delete(artifact.name)
      return artifact
    },
    async *read(name, file) {
      const bytes = need(name).manifest.layers.some(({ digest }) => digest === file) ? blobs.get(file) : undefined
      if (bytes === undefined)
        throw new EngineError('not-found', `artifact ${name} has no file ${file}`, {
          subject: { kind: 'blob', name: file }
        })
      yield bytes
    },
    async referrers(name, { artifactType } = {}) {
      const { digest: subject } = remote(name).artifact
      const referrers = [...registry.values()]
        .map(({ artifact }) => artifact)
        .filter(({ manifest }) => manifest.subject?.digest === subject)
        .map(({ manifest, digest, bytes }): Descriptor => ({
          mediaType: ociMediaTypes.manifest,
          digest,
          size: bytes.length,
          artifactType: manifest.artifactType ?? ''
        }))
        .filter((each) => artifactType === undefined || each.artifactType === artifactType)
      return { repository: fullName(name).replace(/:[^:/]*$/, ''), subject, referrers }
    }
  }
}
