import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { EngineError } from '@runcible/interface'

const curves = new Set(['prime256v1', 'secp384r1', 'secp521r1'])

/**
 * Public keys of a file of PEM blocks (SubjectPublicKeyInfo): ECDSA, RSA of 2048 bits or more, Ed25519.
 *
 * @throws EngineError `invalid-argument` that names `where`.
 */
export function readPublicKeys(pem: Uint8Array, where: string): readonly KeyObject[] {
  const blocks = Buffer.from(pem)
    .toString('latin1')
    .match(/-----BEGIN PUBLIC KEY-----[\s\S]*?-----END PUBLIC KEY-----/g)
  if (blocks === null)
    throw new EngineError('invalid-argument', `${where} has no PEM public key`, {
      hint: 'it begins with -----BEGIN PUBLIC KEY-----'
    })
  return blocks.map((block) => checkedKey(parse(block, where), where))
}

function parse(block: string, where: string): KeyObject {
  try {
    return createPublicKey(block)
  } catch (error) {
    throw new EngineError('invalid-argument', `${where} has a public key that cannot be read`, { cause: error })
  }
}

function checkedKey(key: KeyObject, where: string): KeyObject {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key
  if (type === 'ed25519') return key
  if (type === 'ec' && curves.has(details.namedCurve ?? '')) return key
  if (type === 'rsa' && (details.modulusLength ?? 0) >= 2048) return key
  throw new EngineError('unsupported', `${where} has a key of a kind that is not supported: ${type ?? 'unknown'}`, {
    hint: 'use ECDSA on a NIST curve, RSA of at least 2048 bits, or Ed25519'
  })
}

/** Whether `signature` is one of `bytes` by `key`, as cosign makes it: SHA-256, except that Ed25519 signs the bytes themselves. */
export function verifiesWith(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', bytes, key, signature)
  } catch {
    return false
  }
}
