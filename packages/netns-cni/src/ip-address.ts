import { EngineError } from '@runcible/interface'

export type IpFamily = 4 | 6

export interface IpAddress {
  readonly family: IpFamily
  readonly value: bigint
}

/** A block of addresses. `value` is its first address. */
export interface Cidr extends IpAddress {
  readonly prefix: number
}

const bitsOf = (family: IpFamily): number => (family === 4 ? 32 : 128)

const parseV4 = (text: string): bigint | undefined => {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let value = 0n
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined
    value = (value << 8n) | BigInt(part)
  }
  return value
}

const groupsOf = (text: string): bigint[] | undefined => {
  if (text === '') return []
  const parts = text.split(':')
  return parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part)) ? parts.map((part) => BigInt(`0x${part}`)) : undefined
}

/** The dotted last 32 bits of an IPv6 address as two groups. */
const withoutDots = (text: string): string | undefined => {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  if (dotted === null) return text
  const value = parseV4(dotted[2] ?? '')
  return value === undefined
    ? undefined
    : `${dotted[1]}${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`
}

const parseV6 = (text: string): bigint | undefined => {
  const halves = withoutDots(text)?.split('::')
  if (halves === undefined || halves.length > 2 || text.length > 45) return undefined
  const [head, tail] = halves.map(groupsOf)
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined
  const missing = 8 - head.length - (tail?.length ?? 0)
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...head, ...new Array<bigint>(missing).fill(0n), ...(tail ?? [])]
  return groups.reduce((value, group) => (value << 16n) | group, 0n)
}

/** An address in its usual text form, without zone or prefix length; undefined for anything else. */
export const parseIp = (text: string): IpAddress | undefined => {
  const family = text.includes(':') ? 6 : 4
  const value = family === 6 ? parseV6(text) : parseV4(text)
  return value === undefined ? undefined : { family, value }
}

const formatV6 = (value: bigint): string => {
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - index * 16)) & 0xffffn).toString(16))
  // The longest run of zero groups, the first of equals, is shortened (RFC 5952).
  const runs = [...groups.join(':').matchAll(/(?<=^|:)0(:0)+(?=:|$)/g)].map((match) => match[0])
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '')
  if (longest === '') return groups.join(':')
  const text = groups.join(':')
  const start = text.search(new RegExp(`(?<=^|:)${longest}(?=:|$)`))
  return `${text.slice(0, start).replace(/:$/, '')}::${text.slice(start + longest.length).replace(/^:/, '')}`
}

/** The shortest usual text form. */
export const formatIp = ({ family, value }: IpAddress): string => {
  if (family === 6) return formatV6(value)
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.')
}

/** In network byte order: 4 or 16 bytes. */
export const ipBytes = ({ family, value }: IpAddress): Buffer =>
  Buffer.from(value.toString(16).padStart(bitsOf(family) / 4, '0'), 'hex')

/** From network byte order; undefined unless there are 4 or 16 bytes. */
export const ipFromBytes = (bytes: Uint8Array): IpAddress | undefined => {
  const family = bytes.length === 4 ? 4 : bytes.length === 16 ? 6 : undefined
  return family && { family, value: BigInt(`0x${Buffer.from(bytes).toString('hex')}`) }
}

/** How many addresses the block has. */
const sizeOf = ({ family, prefix }: Cidr): bigint => 1n << BigInt(bitsOf(family) - prefix)

/** A block in the form `address/length`; host bits are cleared. */
export const parseCidr = (text: string): Cidr | undefined => {
  const [address, length, rest] = text.split('/')
  const ip = parseIp(address ?? '')
  if (ip === undefined || rest !== undefined || !/^\d{1,3}$/.test(length ?? '') || Number(length) > bitsOf(ip.family))
    return undefined
  return cidrOf(ip, Number(length))
}

/** The block of that prefix length around an address. */
export const cidrOf = (ip: IpAddress, prefix: number): Cidr => {
  const { family } = ip
  const size = sizeOf({ family, value: 0n, prefix })
  return { family, value: ip.value - (ip.value % size), prefix }
}

export const formatCidr = (cidr: Cidr): string => `${formatIp(cidr)}/${cidr.prefix}`

/** First and last address of the block, the network's and the broadcast address included. */
export const cidrBounds = (cidr: Cidr): { readonly first: bigint; readonly last: bigint } => ({
  first: cidr.value,
  last: cidr.value + sizeOf(cidr) - 1n
})

/** First and last address that a host may have. */
export const hostBounds = (cidr: Cidr): { readonly first: bigint; readonly last: bigint } => {
  const { first, last } = cidrBounds(cidr)
  if (last - first < 2n) return { first, last }
  return { first: first + 1n, last: cidr.family === 4 ? last - 1n : last }
}

export const cidrContains = (cidr: Cidr, ip: IpAddress): boolean => {
  const { first, last } = cidrBounds(cidr)
  return ip.family === cidr.family && ip.value >= first && ip.value <= last
}

export const cidrsOverlap = (one: Cidr, other: Cidr): boolean =>
  one.prefix <= other.prefix ? cidrContains(one, other) : cidrContains(other, one)

/** @throws EngineError `invalid-argument`; `what` says what the text is for */
export const requireIp = (text: string, what: string): IpAddress => {
  const ip = parseIp(text)
  if (ip === undefined)
    throw new EngineError('invalid-argument', `${what} is not an IP address: ${JSON.stringify(text)}`)
  return ip
}

/** @throws EngineError `invalid-argument`; `what` says what the text is for */
export const requireCidr = (text: string, what: string): Cidr => {
  const cidr = parseCidr(text)
  if (cidr === undefined) {
    throw new EngineError('invalid-argument', `${what} is not a subnet in CIDR form: ${JSON.stringify(text)}`, {
      hint: 'write it as ADDRESS/LENGTH, for example 10.89.5.0/24'
    })
  }
  return cidr
}
