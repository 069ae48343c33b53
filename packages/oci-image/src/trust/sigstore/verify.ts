import type { KeyObject } from 'node:crypto'
import type { PolicyRequirement } from '@runcible/interface'
import { readClaim, type Claim } from '../claim.ts'
import { type KeyMaterial, sourceName } from '../key-material.ts'
import type { ImageSignature } from '../signature.ts'
import { SignatureError } from '../signature-error.ts'
import { annotationKeys, claimMediaType } from './annotations.ts'
import { readCertificates, verifyCertificate } from './certificate.ts'
import { checkListed, type LogEntry, verifyPromise } from './log-entry.ts'
import { readPublicKeys, verifiesWith } from './public-key.ts'

type SigstoreSignature = ImageSignature & { readonly kind: 'sigstore' }
type SigstoreSigned = PolicyRequirement & { readonly type: 'sigstoreSigned' }

/**
 * Verifies a sigstore signature as a requirement wants it, and gives what it claims.
 *
 * @throws SignatureError when it does not count; EngineError when keys of the policy cannot be read.
 */
export async function verifySigstore(
  found: SigstoreSignature,
  requirement: SigstoreSigned,
  material: KeyMaterial
): Promise<Claim> {
  if (found.mediaType !== claimMediaType)
    throw new SignatureError(`is of the unknown type ${found.mediaType.slice(0, 100)}`)
  const text = found.annotations[annotationKeys.signature]
  if (text === undefined || text === '') throw new SignatureError('has no signature in its annotations')
  const signature = Buffer.from(text, 'base64')
  const { signer, rekorKeys } = requirement
  const logKeys = (await Promise.all(rekorKeys.map((source) => keysOf(source, material)))).flat()
  const entry =
    rekorKeys.length === 0 ? undefined : await verifyPromise(found.annotations[annotationKeys.logEntry], logKeys)
  const { payload } = found
  if ('keys' in signer) {
    const keys = (await Promise.all(signer.keys.map((source) => keysOf(source, material)))).flat()
    const key = keys.find((candidate) => verifiesWith(candidate, payload, signature))
    if (key === undefined) throw new SignatureError('was made by a key that is not trusted')
    if (entry !== undefined) checkListed(entry, { payload, signature, key })
  } else {
    await verifyKeyless(found, signature, { signer, entry: entry as LogEntry, material })
  }
  return readClaim('sigstore', payload)
}

interface Keyless {
  readonly signer: Extract<SigstoreSigned['signer'], { readonly fulcio: unknown }>
  readonly entry: LogEntry
  readonly material: KeyMaterial
}

async function verifyKeyless(
  { payload, annotations }: SigstoreSignature,
  signature: Uint8Array,
  { signer: { fulcio }, entry, material }: Keyless
): Promise<void> {
  const [leaf] = await readCertificates(annotations[annotationKeys.certificate] ?? '')
  if (leaf === undefined) throw new SignatureError('has no certificate')
  const roots = await readCertificates((await material(fulcio.ca)).toString('latin1'))
  const intermediates = await readCertificates(annotations[annotationKeys.chain] ?? '')
  const key = verifyCertificate(leaf, { ...fulcio, roots, intermediates, at: entry.time })
  if (!verifiesWith(key, payload, signature)) throw new SignatureError('was not made with the key of its certificate')
  checkListed(entry, { payload, signature, key, certificate: leaf.root.toDER() })
}

async function keysOf(source: Parameters<KeyMaterial>[0], material: KeyMaterial): Promise<readonly KeyObject[]> {
  return readPublicKeys(await material(source), sourceName(source))
}
