import { type Artifact, type ArtifactRecord, type CallOptions, EngineError } from '@runcible/interface'
import { jsonLimits, parseJson, parseManifest } from '@runcible/oci-spec'
import { readBlob } from '../blobs.ts'
import { shortNames, type StoreContext } from '../init.ts'
import { formatReference } from '../reference.ts'
import { localCandidates } from '../short-names.ts'
import { understood } from '../transport/understood.ts'
import { createdKey } from './keys.ts'

type Context = Pick<StoreContext, 'state' | 'init'>

const hex = /^[0-9a-f]{1,64}$/

/** By name, or by the digest of its manifest or the beginning of that. */
export function findArtifact({ state, init }: Context, name: string): ArtifactRecord | undefined {
  const digits = name.startsWith('sha256:') ? name.slice(7) : name
  if (digits === name) {
    for (const reference of localCandidates(name, shortNames(init))) {
      const found = state.artifacts.get(formatReference(reference))
      if (found !== undefined) return found
    }
  }
  if (!hex.test(digits)) return undefined
  const found = state.artifacts.list().filter(({ manifest }) => manifest.digest.startsWith(`sha256:${digits}`))
  // The same artifact may have two names.
  if (new Set(found.map(({ manifest }) => manifest.digest)).size <= 1) return found[0]
  throw new EngineError('invalid-argument', `several artifacts have digests that begin with ${digits}`, {
    subject: { kind: 'image', name },
    hint: 'give more digits of the digest'
  })
}

export function requireArtifact(context: Context, name: string): ArtifactRecord {
  const found = findArtifact(context, name)
  if (found !== undefined) return found
  throw new EngineError('not-found', `${name}: artifact does not exist`, {
    subject: { kind: 'image', name },
    hint: `see what there is with "runcible artifact ls", or fetch it: runcible artifact pull ${name}`
  })
}

export async function artifactOf(
  { content }: Pick<StoreContext, 'content'>,
  { id, manifest: descriptor, createdAt }: ArtifactRecord,
  options: CallOptions = {}
): Promise<Artifact> {
  const bytes = await readBlob(content, descriptor.digest, options)
  const manifest = understood(id, () => parseManifest(parseJson(bytes, jsonLimits.manifest)))
  const told = Date.parse(manifest.annotations?.[createdKey] ?? '')
  return {
    name: id,
    digest: descriptor.digest,
    manifest,
    bytes,
    size: manifest.layers.reduce((sum, { size }) => sum + size, 0),
    createdAt: Number.isNaN(told) ? createdAt : told
  }
}

/** Keeps an artifact under a name, in place of what had it. */
export function recordArtifact({ state }: Context, record: ArtifactRecord): void {
  state.transaction(({ artifacts }) => {
    artifacts.delete(record.id)
    artifacts.insert(record)
  })
}
