import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TarMember, tarArchive, type TestRegistry } from '@runcible/fixtures'
import { type Digest, digestOf, ociMediaTypes } from '@runcible/oci-spec'

/** An image with any bytes under any digest: what its place serves need not be what it says. */
export interface Forged {
  readonly top: { readonly mediaType: string; readonly digest: Digest; readonly size: number }
  /** Bytes of the manifests and of everything else, under the digest that they are asked for by. */
  readonly manifests: ReadonlyMap<string, { readonly bytes: Buffer; readonly mediaType: string }>
  readonly blobs: ReadonlyMap<string, Buffer>
}

export const carriers = ['docker', 'oci', 'oci-archive', 'dir'] as const
export type Carrier = (typeof carriers)[number]

/** Lays a forged image down and gives the name of its place. `path` does not exist yet. */
export function carry(carrier: Carrier, forged: Forged, path: string, registry: TestRegistry): string {
  if (carrier === 'docker') return serve(forged, registry)
  const files = carrier === 'dir' ? directoryFiles(forged) : layoutFiles(forged)
  if (carrier === 'oci-archive') writeFileSync(path, tarArchive(files))
  else writeFiles(path, files)
  return carrier === 'dir' ? `dir:${path}` : `${carrier}:${path}:v1`
}

function serve({ top, manifests, blobs }: Forged, registry: TestRegistry): string {
  const repository = 'forged'
  for (const [digest, bytes] of blobs) registry.state.blobs(repository).set(digest as Digest, bytes)
  for (const [digest, manifest] of manifests) registry.state.manifests(repository).set(digest as Digest, manifest)
  registry.putManifest(repository, 'v1', manifests.get(top.digest)?.bytes ?? Buffer.alloc(0), top.mediaType)
  return `docker://${registry.host}/${repository}:v1`
}

const hex = (digest: string): string => digest.replace(/^.*:/, '')

function layoutFiles({ top, manifests, blobs }: Forged): TarMember[] {
  const annotations = { 'org.opencontainers.image.ref.name': 'v1' }
  const index = { schemaVersion: 2, mediaType: ociMediaTypes.index, manifests: [{ ...top, annotations }] }
  return [
    { name: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
    { name: 'index.json', content: JSON.stringify(index) },
    ...[...manifests].map(([digest, { bytes }]) => ({ name: `blobs/sha256/${hex(digest)}`, content: bytes })),
    ...[...blobs].map(([digest, bytes]) => ({ name: `blobs/sha256/${hex(digest)}`, content: bytes }))
  ]
}

function directoryFiles({ top, manifests, blobs }: Forged): TarMember[] {
  return [
    { name: 'version', content: 'Directory Transport Version: 1.1\n' },
    ...[...manifests].map(([digest, { bytes }]) => ({
      name: digest === top.digest ? 'manifest.json' : `${hex(digest)}.manifest.json`,
      content: bytes
    })),
    ...[...blobs].map(([digest, bytes]) => ({ name: hex(digest), content: bytes }))
  ]
}

function writeFiles(path: string, files: readonly TarMember[]): void {
  for (const { name, content = '' } of files) {
    mkdirSync(join(path, name, '..'), { recursive: true })
    writeFileSync(join(path, name), content)
  }
}

/** JSON as the manifest that it claims to be; its bytes may be changed after its digest was taken. */
export function manifestOf(document: object | Buffer, mediaType: string) {
  const bytes = Buffer.isBuffer(document) ? document : Buffer.from(JSON.stringify(document))
  return { bytes, mediaType, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length } }
}
