/** Flags of `struct nlmsghdr` (netlink(7)). */
export const NLM_F = { request: 0x1, ack: 0x4, dump: 0x300, replace: 0x100, exclusive: 0x200, create: 0x400 } as const

const HEADER = 16
const NESTED = 0x8000
const TYPE_MASK = 0x3fff

const align = (length: number): number => (length + 3) & ~3

/** `struct nlattr` with its payload, padded. */
export const attribute = (type: number, payload: Uint8Array): Buffer => {
  const bytes = Buffer.alloc(align(4 + payload.length))
  bytes.writeUInt16LE(4 + payload.length, 0)
  bytes.writeUInt16LE(type, 2)
  bytes.set(payload, 4)
  return bytes
}

export const nested = (type: number, attributes: readonly Buffer[]): Buffer =>
  attribute(type | NESTED, Buffer.concat(attributes))

/** NUL-terminated. */
export const text = (type: number, value: string): Buffer => attribute(type, Buffer.from(`${value}\0`))

export const u8 = (type: number, value: number): Buffer => attribute(type, Buffer.of(value))

/** In the machine's byte order, which is little-endian on every architecture supported. */
export const u32 = (type: number, value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return attribute(type, bytes)
}

export interface MessageParts {
  readonly type: number
  /** `request` is added. */
  readonly flags: number
  /** The family's fixed header, a multiple of 4 bytes. */
  readonly header: Buffer
  readonly attributes?: readonly Buffer[]
}

/** A message with length and sequence number left to the socket. */
export const message = ({ type, flags, header, attributes = [] }: MessageParts): Buffer => {
  const start = Buffer.alloc(HEADER)
  start.writeUInt16LE(type, 4)
  start.writeUInt16LE(flags | NLM_F.request, 6)
  return Buffer.concat([start, header, ...attributes])
}

/** The payload after the header of a received message. */
export const payloadOf = (received: Buffer): Buffer => received.subarray(HEADER)

/** Attributes from `offset` to the end, by type. */
export const attributesOf = (bytes: Buffer, offset = 0): Map<number, Buffer> => {
  const found = new Map<number, Buffer>()
  for (let at = offset; at + 4 <= bytes.length;) {
    const length = bytes.readUInt16LE(at)
    if (length < 4 || at + length > bytes.length) break
    found.set(bytes.readUInt16LE(at + 2) & TYPE_MASK, bytes.subarray(at + 4, at + length))
    at += align(length)
  }
  return found
}

/** Text of an attribute, without the final NUL. */
export const textOf = (value: Buffer | undefined): string | undefined => value?.toString('utf8').replace(/\0.*$/s, '')
