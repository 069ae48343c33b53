import { type Digest, isDigest, type JsonObject, parseStrictJson, SpecError } from '@runcible/oci-spec'
import { formatReference } from '../reference.ts'
import type { SignedImage } from './sign.ts'
import { SignatureError } from './signature-error.ts'
import { signatureLimits } from './signature-file.ts'

/** The JSON that is signed: containers-signature(5), and what cosign made of it. */
export interface Claim {
  readonly reference: string
  readonly digest: Digest
}

export const claimTypes = {
  simple: 'atomic container signature',
  sigstore: 'cosign container image signature'
} as const

export type ClaimKind = keyof typeof claimTypes

/** Who made a signature, as the claim's `optional` says. */
const creator = 'runcible'

export function writeClaim(kind: ClaimKind, { digest, identity }: SignedImage): Buffer {
  return Buffer.from(
    JSON.stringify({
      critical: {
        identity: { 'docker-reference': formatReference(identity) },
        image: { 'docker-manifest-digest': digest },
        type: claimTypes[kind]
      },
      optional: { creator, timestamp: Math.floor(Date.now() / 1000) }
    })
  )
}

/**
 * Reads a claim whose signature has been verified. What is not known in `critical` is refused.
 *
 * @throws SignatureError
 */
export function readClaim(kind: ClaimKind, bytes: Uint8Array): Claim {
  const document = parse(bytes)
  // Cosign may leave `optional` out, or write null.
  const loose = kind === 'sigstore'
  const whole = exact(document, 'it', loose ? ['critical', 'optional?'] : ['critical', 'optional'])
  const critical = exact(whole['critical'], 'critical', ['type', 'image', 'identity'])
  if (critical['type'] !== claimTypes[kind])
    throw unusable(`its type is ${JSON.stringify(critical['type'])?.slice(0, 80)}, not "${claimTypes[kind]}"`)
  const image = exact(critical['image'], 'critical.image', ['docker-manifest-digest'])
  const identity = exact(critical['identity'], 'critical.identity', ['docker-reference'])
  checkOptional(whole['optional'], loose)
  const digest = image['docker-manifest-digest']
  const reference = identity['docker-reference']
  if (!isDigest(digest)) throw unusable('it has no valid digest')
  if (typeof reference !== 'string') throw unusable('it has no docker-reference')
  return { digest, reference }
}

const unusable = (why: string): SignatureError => new SignatureError(`has a claim that cannot be used: ${why}`)

function parse(bytes: Uint8Array): unknown {
  try {
    return parseStrictJson(bytes, { maxBytes: signatureLimits.bytes, maxDepth: 16 })
  } catch (error) {
    if (!(error instanceof SpecError)) throw error
    throw unusable(error.message)
  }
}

function checkOptional(optional: unknown, loose: boolean): void {
  if (loose && (optional === undefined || optional === null)) return
  const { creator, timestamp } = objectOf(optional, 'optional')
  if (creator !== undefined && typeof creator !== 'string') throw unusable('optional.creator is not a string')
  if (timestamp !== undefined && !Number.isSafeInteger(timestamp))
    throw unusable('optional.timestamp is not a whole number')
}

function exact(value: unknown, name: string, members: readonly string[]): JsonObject {
  const object = objectOf(value, name)
  const known = members.map((member) => member.replace('?', ''))
  const unknown = Object.keys(object).find((member) => !known.includes(member))
  if (unknown !== undefined) throw unusable(`${name} has the unknown member ${JSON.stringify(unknown.slice(0, 80))}`)
  const absent = members.find((member) => !member.endsWith('?') && !Object.hasOwn(object, member))
  if (absent !== undefined) throw unusable(`${name} lacks ${absent}`)
  return object
}

function objectOf(value: unknown, name: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw unusable(`${name} is not an object`)
}
