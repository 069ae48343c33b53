import { readFile } from 'node:fs/promises'
import { type CallOptions, EngineError, type SignatureSubject } from '@runcible/interface'
import { digestAlgorithm, digestOf } from '@runcible/oci-spec'
import { cleanText } from '../registry/redact.ts'
import { normalizeReference } from '../reference.ts'
import { readClaim } from './claim.ts'
import { identityMismatch } from './identity.ts'
import { createSignatures } from './sign.ts'
import { SignatureError } from './signature-error.ts'
import { openKeyring } from './simple/keyring.ts'
import { verifyMessage } from './simple/verify.ts'

export interface StandaloneSign extends SignatureSubject {
  readonly signBy: string
  readonly passphraseFile?: string
}

/** A simple signature of a manifest's bytes, without any registry. */
export async function signManifest(
  { manifest, reference, signBy, passphraseFile }: StandaloneSign,
  options: CallOptions = {}
): Promise<Uint8Array> {
  const request = {
    kind: 'simple',
    fingerprint: signBy,
    ...(passphraseFile === undefined ? {} : { passphraseFile })
  } as const
  const image = { digest: digestOf(manifest), identity: normalizeReference(reference) }
  const [signature] = await createSignatures([request], image, options)
  if (signature?.kind === 'simple') return signature.bytes
  throw new EngineError('internal', 'a simple signature was asked for')
}

export interface StandaloneVerify extends SignatureSubject {
  readonly signature: Uint8Array
  /** Of the key to accept; `any` of those in `publicKeyFile`. */
  readonly fingerprint: string
  readonly publicKeyFile?: string
}

/** @throws EngineError `permission-denied` that says what does not match. */
export async function verifyManifest(
  request: StandaloneVerify,
  options: CallOptions = {}
): Promise<{ readonly fingerprint: string; readonly digest: string }> {
  const { publicKeyFile, fingerprint: expected } = request
  if (expected === 'any' && publicKeyFile === undefined)
    throw new EngineError('invalid-argument', 'any key may count only with a file of public keys', {
      hint: 'add --public-key-file'
    })
  await using keyring =
    publicKeyFile === undefined ? undefined : await openKeyring([await readKeys(publicKeyFile)], options)
  try {
    const { fingerprint, content } = await verifyMessage(request.signature, keyring?.home, options)
    if (expected !== 'any' && fingerprint !== expected.toUpperCase())
      throw new SignatureError(`was made by ${fingerprint}, not by ${expected}`)
    return { fingerprint, digest: checked(content, request) }
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error
    throw new EngineError('permission-denied', `the signature ${cleanText(error.message)}`, { cause: error })
  }
}

function checked(content: Uint8Array, { manifest, reference }: SignatureSubject): string {
  const claim = readClaim('simple', content)
  const mismatch = identityMismatch({ type: 'exactReference', dockerReference: reference }, claim.reference, undefined)
  if (mismatch !== undefined) throw new SignatureError(`does not count: ${mismatch}`)
  const digest = digestOf(manifest, digestAlgorithm(claim.digest))
  if (digest !== claim.digest) throw new SignatureError(`is for ${claim.digest}, not for ${digest}`)
  return digest
}

async function readKeys(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    throw new EngineError('not-found', `cannot read the public keys ${file}: ${code}`, { cause: error })
  }
}
