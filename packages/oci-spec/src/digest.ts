import { SpecError } from './spec-error.ts'

/** `algorithm:encoded`, as in the OCI image specification, "Digests". */
export type Digest = `${string}:${string}`

/** The registered algorithms that are accepted; both name a function of `node:crypto`. */
export type DigestAlgorithm = 'sha256' | 'sha512'

/** Hashes a stream of chunks. `digest` ends it and may be called once. */
export interface Digester {
  readonly algorithm: DigestAlgorithm
  update(chunk: Uint8Array | string): void
  digest(): Digest
}

const hexLength: Readonly<Record<DigestAlgorithm, number>> = { sha256: 64, sha512: 128 }
const lowerHex = /^[0-9a-f]+$/

/** True for a sha256 or sha512 digest in strict lower-case hex of the right length. */
export function isDigest(value: unknown): value is Digest {
  if (typeof value !== 'string') return false
  const algorithm = value.slice(0, 6)
  if (algorithm !== 'sha256' && algorithm !== 'sha512') return false
  return value.charCodeAt(6) === 58 && value.length === 7 + hexLength[algorithm] && lowerHex.test(value.slice(7))
}

/**
 * The value as a digest that is safe to use in a path or URL.
 *
 * @throws SpecError when it is not a strict sha256 or sha512 digest.
 */
export function parseDigest(value: unknown, path = ''): Digest {
  if (isDigest(value)) return value
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 160)) : typeof value
  throw new SpecError(`expected a digest like sha256:<64 lower-case hex digits>, got ${shown}`, path)
}

/** The algorithm part of a parsed digest. */
export function digestAlgorithm(digest: Digest): DigestAlgorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256'
}

/** The encoded part of a parsed digest: 64 or 128 lower-case hex digits. */
export function digestHex(digest: Digest): string {
  return digest.slice(7)
}

type Crypto = typeof import('node:crypto')

// Loading node:crypto costs several milliseconds; commands that hash nothing must not pay for it.
let loaded: Crypto | undefined
function crypto(): Crypto {
  return (loaded ??= process.getBuiltinModule('node:crypto'))
}

/** A streaming hash. Loads `node:crypto` at the first call. */
export function createDigester(algorithm: DigestAlgorithm = 'sha256'): Digester {
  const hash = crypto().createHash(algorithm)
  return {
    algorithm,
    update(chunk) {
      hash.update(chunk)
    },
    digest() {
      return `${algorithm}:${hash.digest('hex')}`
    }
  }
}

/** The digest of bytes in memory (of the UTF-8 form of a string). */
export function digestOf(bytes: Uint8Array | string, algorithm: DigestAlgorithm = 'sha256'): Digest {
  return `${algorithm}:${crypto().hash(algorithm, bytes, 'hex')}`
}
