import { EngineError } from '@runcible/interface'
import type { CopyJob } from './copy-job.ts'
import type { FetchedManifest } from './registry/manifests.ts'
import type { ImageSignature } from './trust/signature.ts'

/**
 * The signatures that go along with a manifest.
 *
 * @throws EngineError `unsupported` where the destination cannot keep them.
 */
export async function signaturesToCopy(
  { source, sink, wish, options }: CopyJob,
  manifest: FetchedManifest
): Promise<readonly ImageSignature[]> {
  if (wish.removeSignatures === true) return []
  const signatures = await source.signatures(manifest.digest, { signal: options.signal })
  if (signatures.length === 0 || sink.abilities.signatures) return signatures
  throw new EngineError('unsupported', `${source.name} is signed, and ${sink.transport}: keeps no signatures`, {
    hint: 'give --remove-signatures to copy it without them'
  })
}

/** Writes the signatures of a manifest, and new ones for what the name stands for. */
export async function copySignatures(
  { sink, options }: CopyJob,
  manifest: FetchedManifest,
  signatures: readonly ImageSignature[],
  isTop: boolean
): Promise<void> {
  const made = isTop ? ((await options.sign?.(manifest)) ?? []) : []
  const all = [...signatures, ...made]
  if (all.length === 0) return
  if (!sink.abilities.signatures)
    throw new EngineError('unsupported', `${sink.transport}: keeps no signatures`, { hint: 'sign it where it is kept' })
  await sink.putSignatures(manifest.digest, all, { signal: options.signal })
}
