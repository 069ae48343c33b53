import { type CopyRequest, EngineError } from '@runcible/interface'
import type { CopyOptions } from './copy-job.ts'
import { normalizeReference } from './reference.ts'
import { formatLocation, type ImageLocation } from './transport/parse-transport.ts'

/** What signs the image under the name at its destination, or under the one given in its place. */
export async function signer(
  to: ImageLocation,
  { sign = [], signIdentity }: Pick<CopyRequest, 'sign' | 'signIdentity'>
): Promise<CopyOptions['sign']> {
  if (sign.length === 0) return undefined
  const own = 'reference' in to ? to.reference : undefined
  const identity = signIdentity === undefined ? own : normalizeReference(signIdentity)
  if (identity === undefined) {
    throw new EngineError('invalid-argument', `${formatLocation(to)} has no name that a signature could be for`, {
      hint: 'give the name with --sign-identity'
    })
  }
  const { createSignatures } = await import('./trust/sign.ts')
  return ({ digest }) => createSignatures(sign, { digest, identity })
}
