import { EngineError } from '@runcible/interface'
import { parseJson, SpecError } from '@runcible/oci-spec'
import type { ImageSignature } from './signature.ts'

/** Bytes of one signature, and signatures of one image, at most. */
export const signatureLimits = { bytes: 4 * 1024 * 1024, count: 128 } as const

// Every kind but simple signing stands behind such a line.
const sigstoreMark = Buffer.from('\0sigstore-json\n')

/** The file form of a signature, as `dir:` and lookaside places keep it: an OpenPGP message, or marked JSON. */
export function encodeSignature(signature: ImageSignature): Uint8Array {
  if (signature.kind === 'simple') return signature.bytes
  const { mediaType, payload, annotations } = signature
  const document = { mimeType: mediaType, payload: Buffer.from(payload).toString('base64'), annotations }
  return Buffer.concat([sigstoreMark, Buffer.from(JSON.stringify(document))])
}

/** @throws EngineError `corrupt`; `unsupported` for a kind of signature that is not known. */
export function decodeSignature(bytes: Buffer, where: string): ImageSignature {
  // The first byte of an OpenPGP message has its highest bit set: RFC 9580, section 4.2.
  if (((bytes[0] ?? 0) & 0x80) !== 0) return { kind: 'simple', bytes }
  if (!bytes.subarray(0, sigstoreMark.length).equals(sigstoreMark))
    throw new EngineError('unsupported', `the signature ${where} is of a kind that is not known`)
  const { mimeType, payload, annotations } = readObject(bytes.subarray(sigstoreMark.length), where)
  if (typeof mimeType !== 'string' || typeof payload !== 'string' || !isTexts(annotations ?? {}))
    throw new EngineError('corrupt', `the signature ${where} lacks its type, payload or annotations`)
  return {
    kind: 'sigstore',
    mediaType: mimeType,
    payload: Buffer.from(payload, 'base64'),
    annotations: (annotations ?? {}) as Readonly<Record<string, string>>
  }
}

function readObject(bytes: Buffer, where: string): Readonly<Record<string, unknown>> {
  try {
    const value = parseJson(bytes, { maxBytes: signatureLimits.bytes, maxDepth: 16 })
    return (value ?? {}) as Readonly<Record<string, unknown>>
  } catch (cause) {
    if (!(cause instanceof SpecError)) throw cause
    throw new EngineError('corrupt', `the signature ${where} cannot be read: ${cause.message}`, { cause })
  }
}

const isTexts = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.values(value).every((each) => typeof each === 'string')
