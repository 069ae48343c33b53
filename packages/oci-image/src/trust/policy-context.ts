import type { CallOptions, KeySource, PolicyRequirement } from '@runcible/interface'
import { digestAlgorithm, digestOf } from '@runcible/oci-spec'
import type { FetchedManifest } from '../registry/manifests.ts'
import type { QualifiedReference } from '../reference.ts'
import type { Claim } from './claim.ts'
import { identityMismatch } from './identity.ts'
import { keyMaterial } from './key-material.ts'
import type { ImageSignature } from './signature.ts'
import { SignatureError } from './signature-error.ts'
import type { Keyring, KeyringOptions } from './simple/keyring.ts'

/** What a signature has to be about. */
export interface Candidate {
  readonly manifest: FetchedManifest
  readonly reference: QualifiedReference | undefined
}

type Signing = Extract<PolicyRequirement, { readonly type: 'signedBy' | 'sigstoreSigned' }>

/** Keys that are opened once for all signatures of a check. */
export interface VerifyContext extends AsyncDisposable {
  /**
   * Verifies one signature for one requirement.
   *
   * @throws SignatureError when it does not count.
   */
  verify(signature: ImageSignature, requirement: Signing, candidate: Candidate): Promise<void>
}

export function verifyContext(options: KeyringOptions = {}): VerifyContext {
  const undo = new AsyncDisposableStack()
  const signal = options.signal === undefined ? {} : { signal: options.signal }
  const keyrings = new Map<readonly KeySource[], Promise<Keyring>>()
  const keyring = (sources: readonly KeySource[]): Promise<Keyring> => {
    const known = keyrings.get(sources)
    if (known !== undefined) return known
    const opened = openKeys(sources, options).then((ring) => undo.use(ring))
    keyrings.set(sources, opened)
    return opened
  }
  return {
    async verify(signature, requirement, candidate) {
      const claim =
        requirement.type === 'signedBy'
          ? await verifySimple(signature, await keyring(requirement.keys), signal)
          : await verifySigstoreOnly(signature, requirement)
      checkClaim(claim, requirement, candidate)
    },
    [Symbol.asyncDispose]: () => undo.disposeAsync()
  }
}

async function openKeys(sources: readonly KeySource[], options: KeyringOptions): Promise<Keyring> {
  const { openKeyring } = await import('./simple/keyring.ts')
  return openKeyring(await Promise.all(sources.map((source) => keyMaterial(source))), options)
}

async function verifySimple(signature: ImageSignature, keyring: Keyring, options: CallOptions): Promise<Claim> {
  if (signature.kind !== 'simple') throw new SignatureError('is a sigstore signature, and signedBy wants one of GnuPG')
  const [{ verifyMessage }, { readClaim }] = await Promise.all([import('./simple/verify.ts'), import('./claim.ts')])
  const { fingerprint, content } = await verifyMessage(signature.bytes, keyring.home, options)
  if (!keyring.fingerprints.includes(fingerprint))
    throw new SignatureError(`was made by the key ${fingerprint}, which the policy does not name`)
  return readClaim('simple', content)
}

async function verifySigstoreOnly(
  signature: ImageSignature,
  requirement: Signing & { readonly type: 'sigstoreSigned' }
): Promise<Claim> {
  if (signature.kind !== 'sigstore')
    throw new SignatureError('is one of GnuPG, and sigstoreSigned wants a sigstore signature')
  return (await import('./sigstore/verify.ts')).verifySigstore(signature, requirement, keyMaterial)
}

function checkClaim(claim: Claim, { signedIdentity }: Signing, { manifest, reference }: Candidate): void {
  const mismatch = identityMismatch(signedIdentity, claim.reference, reference)
  if (mismatch !== undefined) throw new SignatureError(`does not count: ${mismatch}`)
  if (digestOf(manifest.bytes, digestAlgorithm(claim.digest)) !== claim.digest)
    throw new SignatureError(`is for ${claim.digest}, not for ${manifest.digest}`)
}
