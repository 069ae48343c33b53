import { attribute, message, nested, NLM_F, text } from '../rtnetlink/message.ts'
import type { Expression } from './expressions.ts'

/** Types of keys and values, by the numbers that nft knows them by, and their sizes in bytes. */
const types = { ipv4_addr: [7, 4], inet_proto: [12, 4], inet_service: [13, 4], ifname: [41, 16] } as const

export type DataType = keyof typeof types

export interface SetDeclaration {
  readonly key: readonly DataType[]
  /** Of a map. */
  readonly value?: readonly DataType[]
}

export interface ChainDeclaration {
  /** Where packets come in; absent for a chain that others jump to. */
  readonly hook?: {
    readonly type: 'filter' | 'nat'
    readonly on: 'prerouting' | 'output' | 'postrouting' | 'forward'
    readonly priority: number
  }
  readonly rules: readonly (readonly Expression[])[]
}

/** A table of family inet. Chains that others jump to come before those. */
export interface TableDeclaration {
  readonly name: string
  readonly sets: Readonly<Record<string, SetDeclaration>>
  readonly chains: Readonly<Record<string, ChainDeclaration>>
}

const SUBSYSTEM = 10 << 8
const NFT_MSG = { table: SUBSYSTEM, chain: SUBSYSTEM | 3, rule: SUBSYSTEM | 6, set: SUBSYSTEM | 9 } as const
const FAMILY_INET = 1
const SET_IS_MAP = 8
const HOOK = { prerouting: 0, forward: 2, output: 3, postrouting: 4 } as const

const be32 = (type: number, value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return attribute(type, bytes)
}

const header = Buffer.of(FAMILY_INET, 0, 0, 0)

const add = (type: number, flags: number, attributes: readonly Buffer[]): Buffer =>
  message({ type, flags: NLM_F.create | NLM_F.ack | flags, header, attributes })

/** nft keeps a type of several parts as six bits for each. */
const typeNumber = (parts: readonly DataType[]): number =>
  parts.reduce((number, part) => (number << 6) | types[part][0], 0)

const sizeOf = (parts: readonly DataType[]): number => parts.reduce((size, part) => size + types[part][1], 0)

/** A note that nft leaves for itself, and reads when it lists: whether keys are in the order of the host or the network. */
const keyOrder = ([first]: readonly DataType[]): Buffer => Buffer.of(0, 4, first === 'ifname' ? 1 : 2, 0, 0, 0)

const setMessage = (table: string, name: string, { key, value }: SetDeclaration, id: number): Buffer => {
  const description = [
    text(1, table),
    text(2, name),
    be32(3, value === undefined ? 0 : SET_IS_MAP),
    be32(4, typeNumber(key)),
    be32(5, sizeOf(key))
  ]
  const values = value === undefined ? [] : [be32(6, typeNumber(value)), be32(7, sizeOf(value))]
  return add(NFT_MSG.set, 0, [...description, ...values, be32(10, id), attribute(13, keyOrder(key))])
}

const chainMessage = (table: string, name: string, { hook }: ChainDeclaration): Buffer => {
  if (hook === undefined) return add(NFT_MSG.chain, 0, [text(1, table), text(3, name)])
  return add(NFT_MSG.chain, 0, [
    text(1, table),
    text(3, name),
    nested(4, [be32(1, HOOK[hook.on]), be32(2, hook.priority)]),
    text(7, hook.type)
  ])
}

const APPEND = 0x800

const ruleMessage = (table: string, chain: string, rule: readonly Expression[]): Buffer =>
  add(NFT_MSG.rule, APPEND, [text(1, table), text(2, chain), nested(4, rule)])

/** The messages of one transaction that makes the table. Fails with EEXIST when it is there. */
export const tableMessages = ({ name, sets, chains }: TableDeclaration): Buffer[] => [
  add(NFT_MSG.table, NLM_F.exclusive, [text(1, name), be32(2, 0)]),
  ...Object.entries(sets).map(([set, declaration], index) => setMessage(name, set, declaration, index + 1)),
  ...Object.entries(chains).map(([chain, declaration]) => chainMessage(name, chain, declaration)),
  ...Object.entries(chains).flatMap(([chain, { rules }]) => rules.map((rule) => ruleMessage(name, chain, rule)))
]
