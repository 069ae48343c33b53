import type { CallOptions, SignRequest } from '@runcible/interface'
import type { Digest } from '@runcible/oci-spec'
import type { QualifiedReference } from '../reference.ts'
import type { ImageSignature } from './signature.ts'

/** What a signature vouches for: these bytes under that name. */
export interface SignedImage {
  readonly digest: Digest
  readonly identity: QualifiedReference
}

/**
 * Makes one signature for each request.
 *
 * @throws EngineError `not-found` without the key, `unauthorized` for a wrong passphrase, `unavailable` without GnuPG.
 */
export async function createSignatures(
  requests: readonly SignRequest[],
  image: SignedImage,
  options: CallOptions = {}
): Promise<readonly ImageSignature[]> {
  const made: ImageSignature[] = []
  for (const request of requests) {
    made.push(
      request.kind === 'simple'
        ? await (await import('./simple/sign.ts')).signSimple(request, image, options)
        : await (await import('./sigstore/sign.ts')).signSigstore(request, image)
    )
  }
  return made
}
