import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, scryptSync } from 'node:crypto'
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import { EngineError } from '@runcible/interface'
import { type JsonObject, parseJson } from '@runcible/oci-spec'

const labels = ['ENCRYPTED SIGSTORE PRIVATE KEY', 'ENCRYPTED COSIGN PRIVATE KEY']
const scryptParameters = { N: 65_536, r: 8, p: 1 } as const
/** A file must not make this process take gigabytes: N · r · 128 bytes are needed. */
const maxScryptMemory = 512 * 1024 * 1024

/** A new ECDSA P-256 key pair, the private half in the form that cosign encrypts keys in. */
export function generateSigstoreKey(passphrase: string): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const plain = privateKey.export({ type: 'pkcs8', format: 'der' })
  return {
    privateKey: encryptKey(plain, passphrase),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString()
  }
}

function encryptKey(plain: Uint8Array, passphrase: string): string {
  const salt = randomBytes(32)
  const nonce = randomBytes(24)
  const key = scryptSync(passphrase, salt, 32, { ...scryptParameters, maxmem: maxScryptMemory })
  const ciphertext = Buffer.from(xsalsa20poly1305(key, nonce).encrypt(plain))
  const document = {
    kdf: { name: 'scrypt', params: scryptParameters, salt: salt.toString('base64') },
    cipher: { name: 'nacl/secretbox', nonce: nonce.toString('base64') },
    ciphertext: ciphertext.toString('base64')
  }
  return pemOf(labels[0]!, Buffer.from(JSON.stringify(document)))
}

function pemOf(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

/**
 * Opens a private key that cosign, skopeo or `generateSigstoreKey` made.
 *
 * @throws EngineError `invalid-argument` when it is none, `unauthorized` for a wrong passphrase.
 */
export function openPrivateKey(pem: string, passphrase: string, where: string): KeyObject {
  const block = /-----BEGIN ([A-Z ]+)-----\s+([A-Za-z0-9+/=\s]+)-----END \1-----/.exec(pem)
  const label = block?.[1] ?? ''
  if (!labels.includes(label))
    throw new EngineError('invalid-argument', `${where} is not an encrypted sigstore private key`, {
      hint: 'make one with: runcible image generate-sigstore-key --output-prefix NAME'
    })
  const box = readBox(Buffer.from(block?.[2] ?? '', 'base64'), where)
  const key = scryptSync(passphrase, box.salt, 32, { N: box.N, r: box.r, p: box.p, maxmem: maxScryptMemory })
  const plain = unlock(box, key, where)
  try {
    return createPrivateKey({ key: plain, format: 'der', type: 'pkcs8' })
  } catch (error) {
    throw new EngineError('invalid-argument', `${where} holds no PKCS #8 key`, { cause: error })
  }
}

interface Box {
  readonly N: number
  readonly r: number
  readonly p: number
  readonly salt: Buffer
  readonly nonce: Buffer
  readonly ciphertext: Buffer
}

function unlock({ nonce, ciphertext }: Box, key: Uint8Array, where: string): Buffer {
  try {
    return Buffer.from(xsalsa20poly1305(key, nonce).decrypt(ciphertext))
  } catch (error) {
    throw new EngineError('unauthorized', `the passphrase of ${where} is wrong`, {
      hint: 'give the right one with --sign-passphrase-file',
      cause: error
    })
  }
}

function readBox(json: Buffer, where: string): Box {
  const broken = (cause?: unknown) =>
    new EngineError('invalid-argument', `${where} cannot be read: it is damaged, or encrypted in another way`, {
      cause
    })
  let document: JsonObject
  try {
    document = parseJson(json, { maxBytes: 64 * 1024, maxDepth: 8 }) as JsonObject
  } catch (error) {
    throw broken(error)
  }
  const kdf = (document['kdf'] ?? {}) as JsonObject
  const cipher = (document['cipher'] ?? {}) as JsonObject
  const { N, r, p } = (kdf['params'] ?? {}) as Readonly<Record<'N' | 'r' | 'p', unknown>>
  const [salt, nonce, ciphertext] = [kdf['salt'], cipher['nonce'], document['ciphertext']].map((value) =>
    Buffer.from(typeof value === 'string' ? value : '', 'base64')
  )
  if (kdf['name'] !== 'scrypt' || cipher['name'] !== 'nacl/secretbox' || nonce!.length !== 24) throw broken()
  if (
    !isCount(N) ||
    !isCount(r) ||
    !isCount(p) ||
    128 * N * r * 2 > maxScryptMemory ||
    N * r * p > 2 ** 24 ||
    (N & (N - 1)) !== 0
  )
    throw broken()
  return { N, r, p, salt: salt!, nonce: nonce!, ciphertext: ciphertext! }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0
