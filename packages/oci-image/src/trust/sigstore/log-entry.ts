import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { type JsonObject, parseStrictJson, SpecError } from '@runcible/oci-spec'
import { SignatureError } from '../signature-error.ts'
import { verifiesWith } from './public-key.ts'

/** What a transparency log promised to have listed. */
export interface LogEntry {
  readonly body: JsonObject
  /** When it was listed. */
  readonly time: Date
}

const limits = { maxBytes: 1024 * 1024, maxDepth: 16 }
const maxSeconds = 8.64e12

/**
 * Verifies the promise of a Rekor log (a signed entry timestamp) that is kept with a cosign signature.
 *
 * @throws SignatureError
 */
export async function verifyPromise(text: string | undefined, logKeys: readonly KeyObject[]): Promise<LogEntry> {
  if (text === undefined) throw new SignatureError('has no entry of a transparency log')
  const { SignedEntryTimestamp: promise, Payload: payload } = document(text, 'the log entry')
  const { body, integratedTime, logIndex, logID } = members(payload, 'the log entry')
  const isWhole =
    typeof promise === 'string' &&
    typeof body === 'string' &&
    isSeconds(integratedTime) &&
    Number.isSafeInteger(logIndex) &&
    typeof logID === 'string'
  if (!isWhole) throw new SignatureError('has a log entry that is not whole')
  const { json } = await import('@sigstore/core')
  const signed = Buffer.from(json.canonicalize({ body, integratedTime, logIndex, logID }))
  if (!logKeys.some((key) => verifiesWith(key, signed, Buffer.from(promise, 'base64'))))
    throw new SignatureError('has a log entry that no key of the policy’s transparency logs has signed')
  return { body: document(Buffer.from(body, 'base64'), 'the log entry'), time: new Date(integratedTime * 1000) }
}

const isSeconds = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) > 0 && (value as number) < maxSeconds

export interface Signed {
  readonly payload: Uint8Array
  readonly signature: Uint8Array
  readonly key: KeyObject
  /** DER of the signer's certificate, if the key is from one. */
  readonly certificate?: Uint8Array
}

/**
 * Checks that the log lists this signature, of this payload, by this key or certificate: Rekor's `hashedrekord`.
 *
 * @throws SignatureError
 */
export function checkListed({ body }: LogEntry, { payload, signature, key, certificate }: Signed): void {
  const kind = `${String(body['kind'])} ${String(body['apiVersion'])}`
  if (kind !== 'hashedrekord 0.0.1')
    throw new SignatureError(`has a log entry of the kind ${kind.slice(0, 80)}, not hashedrekord 0.0.1`)
  const spec = members(body['spec'], 'the log entry')
  const listed = members(spec['signature'], 'the log entry')
  const hash = members(members(spec['data'], 'the log entry')['hash'], 'the log entry')
  const differs = (what: string) => new SignatureError(`has a log entry for another ${what}`)
  if (!Buffer.from(String(listed['content']), 'base64').equals(signature)) throw differs('signature')
  const digest = createHash('sha256').update(payload).digest('hex')
  if (!isDeepStrictEqual({ ...hash }, { algorithm: 'sha256', value: digest })) throw differs('payload')
  const pem = Buffer.from(String(members(listed['publicKey'], 'the log entry')['content']), 'base64').toString('latin1')
  if (!isSigner(pem, key, certificate)) throw differs('key')
}

function isSigner(pem: string, key: KeyObject, certificate: Uint8Array | undefined): boolean {
  try {
    return certificate === undefined
      ? createPublicKey(pem).equals(key)
      : new X509Certificate(pem).raw.equals(certificate)
  } catch {
    return false
  }
}

function document(text: string | Uint8Array, what: string): JsonObject {
  try {
    return members(parseStrictJson(text, limits), what)
  } catch (error) {
    if (!(error instanceof SpecError)) throw error
    throw new SignatureError(`cannot be read: in ${what}, ${error.message}`)
  }
}

function members(value: unknown, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw new SignatureError(`cannot be read: ${what} is not whole`)
}
