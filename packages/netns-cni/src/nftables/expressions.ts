import { attribute, nested, text } from '../rtnetlink/message.ts'

/** One step of a rule, encoded (`struct nft_expr`, linux/netfilter/nf_tables.h). A comparison that fails ends the rule. */
export type Expression = Buffer

const REGISTER = { verdict: 0, first: 1 } as const
/** The 16 bytes of a register are also four of 4 bytes, for keys of several parts. */
const partRegister = (offset: number): number => 8 + offset / 4

const be32 = (type: number, value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return attribute(type, bytes)
}

const expression = (name: string, attributes: readonly Buffer[]): Expression =>
  nested(1, [text(1, name), nested(2, attributes)])

const data = (type: number, bytes: Buffer): Buffer => nested(type, [attribute(1, bytes)])

const META_KEY = { inputDevice: 6, outputDevice: 7, family: 15, protocol: 16 } as const
const PAYLOAD_BASE = { network: 1, transport: 2 } as const

export type Register = number

const meta = (key: keyof typeof META_KEY, register: Register): Expression =>
  expression('meta', [be32(2, META_KEY[key]), be32(1, register)])

interface PayloadField {
  readonly base: keyof typeof PAYLOAD_BASE
  readonly offset: number
  readonly length: number
}

const payload = ({ base, offset, length }: PayloadField, register: Register): Expression =>
  expression('payload', [be32(1, register), be32(2, PAYLOAD_BASE[base]), be32(3, offset), be32(4, length)])

const compare = (different: boolean, bytes: Buffer): Expression =>
  expression('cmp', [be32(1, REGISTER.first), be32(2, different ? 1 : 0), data(3, bytes)])

const lookup = (
  set: string,
  { not = false, into }: { readonly not?: boolean; readonly into?: Register } = {}
): Expression =>
  expression('lookup', [
    text(1, set),
    be32(2, REGISTER.first),
    ...(into === undefined ? [] : [be32(3, into)]),
    ...(not ? [be32(5, 1)] : [])
  ])

const hostOrder = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

/** What a part of a key is read from, and how many bytes of a register it takes. */
const keyParts = {
  inputDevice: { size: 16, load: (register: Register) => meta('inputDevice', register) },
  outputDevice: { size: 16, load: (register: Register) => meta('outputDevice', register) },
  protocol: { size: 4, load: (register: Register) => meta('protocol', register) },
  source: { size: 4, load: (register: Register) => payload({ base: 'network', offset: 12, length: 4 }, register) },
  destination: { size: 4, load: (register: Register) => payload({ base: 'network', offset: 16, length: 4 }, register) },
  destinationPort: {
    size: 4,
    load: (register: Register) => payload({ base: 'transport', offset: 2, length: 2 }, register)
  }
} as const

export type KeyPart = keyof typeof keyParts

/** The parts side by side, from the first register on. */
const loadKey = (parts: readonly KeyPart[]): Expression[] => {
  let offset = 0
  return parts.map((part) => {
    const { size, load } = keyParts[part]
    const register = parts.length === 1 ? REGISTER.first : partRegister(offset)
    offset += size
    return load(register)
  })
}

const NFPROTO_IPV4 = 2

/** `meta nfproto ipv4`: what is read from the header afterwards is where IPv4 has it. */
export const isIpv4: readonly Expression[] = [meta('family', REGISTER.first), compare(false, Buffer.of(NFPROTO_IPV4))]

export const isIn = (set: string, ...key: readonly KeyPart[]): Expression[] => [...loadKey(key), lookup(set)]

export const isNotIn = (set: string, ...key: readonly KeyPart[]): Expression[] => [
  ...loadKey(key),
  lookup(set, { not: true })
]

/** A device by its whole name. */
export const isInterface = (side: 'inputDevice' | 'outputDevice', name: string): Expression[] => {
  const bytes = Buffer.alloc(keyParts[side].size)
  bytes.write(name, 'latin1')
  return [meta(side, REGISTER.first), compare(false, bytes)]
}

/** 127.0.0.0/8. */
export const isLoopback = (side: 'source' | 'destination'): Expression[] => [
  ...isIpv4,
  payload({ base: 'network', offset: side === 'source' ? 12 : 16, length: 1 }, REGISTER.first),
  compare(false, Buffer.of(127))
]

const FIB = { addressType: 3, byDestination: 2, local: 2 } as const

/** `fib daddr type local`. */
export const isForThisHost: readonly Expression[] = [
  expression('fib', [be32(3, FIB.byDestination), be32(2, FIB.addressType), be32(1, REGISTER.first)]),
  compare(false, hostOrder(FIB.local))
]

const CT = { state: { key: 0, established: 2, related: 4 }, status: { key: 2, destinationNat: 1 << 5 } } as const

const connection = (key: number, bits: number): Expression[] => [
  expression('ct', [be32(2, key), be32(1, REGISTER.first)]),
  expression('bitwise', [
    be32(1, REGISTER.first),
    be32(2, REGISTER.first),
    be32(3, 4),
    data(4, hostOrder(bits)),
    data(5, hostOrder(0))
  ]),
  compare(true, hostOrder(0))
]

/** `ct state established,related`. */
export const isAnswer: readonly Expression[] = connection(CT.state.key, CT.state.established | CT.state.related)

/** `ct status dnat`: came in by a published port. */
export const isPublished: readonly Expression[] = connection(CT.status.key, CT.status.destinationNat)

const VERDICT = { drop: 0, accept: 1, jump: -3 } as const

const verdict = (code: number, chain?: string): Expression =>
  expression('immediate', [
    be32(1, REGISTER.verdict),
    nested(2, [nested(2, [be32(1, code), ...(chain === undefined ? [] : [text(2, chain)])])])
  ])

export const accept: Expression = verdict(VERDICT.accept)
export const drop: Expression = verdict(VERDICT.drop)
export const jump = (chain: string): Expression => verdict(VERDICT.jump, chain)

const REJECT = { icmpx: 2, adminProhibited: 3 } as const

/** `reject with icmpx admin-prohibited`. */
export const reject: Expression = expression('reject', [
  be32(1, REJECT.icmpx),
  attribute(2, Buffer.of(REJECT.adminProhibited))
])

export const masquerade: Expression = expression('masq', [])

const NAT_DESTINATION = 1

/** `dnat ip to KEY map @MAP`, the map's values being addresses with ports. */
export const dnatTo = (map: string, ...key: readonly KeyPart[]): Expression[] => [
  ...loadKey(key),
  lookup(map, { into: REGISTER.first }),
  expression('nat', [
    be32(1, NAT_DESTINATION),
    be32(2, NFPROTO_IPV4),
    be32(3, REGISTER.first),
    be32(4, REGISTER.first),
    be32(5, partRegister(4)),
    be32(6, partRegister(4))
  ])
]
