import { errorCode, type NetlinkSocket } from '@runcible/linux'
import { attribute, attributesOf, message, nested, NLM_F, payloadOf, text, textOf } from '../rtnetlink/message.ts'
import { tableMessages, type TableDeclaration } from './table.ts'

/** An element of a set, or of a map when it has a value. Bytes as the kernel keeps them: each part padded to 4. */
export interface SetElement {
  readonly set: string
  readonly key: Buffer
  readonly value?: Buffer
}

const SUBSYSTEM = 10 << 8
const NFT_MSG = {
  getTable: SUBSYSTEM | 1,
  deleteTable: SUBSYSTEM | 2,
  getChain: SUBSYSTEM | 4,
  newElement: SUBSYSTEM | 12,
  getElement: SUBSYSTEM | 13,
  deleteElement: SUBSYSTEM | 14
} as const
const BATCH = { begin: 16, end: 17 } as const
const ELEMENT_LIST = { table: 1, set: 2, elements: 3 } as const
const LIST_ITEM = 1
const ELEMENT = { key: 1, value: 2 } as const
const DATA_VALUE = 1
const FAMILY_INET = 1
const FAMILY_IPV4 = 2
/** What surely fits in one message, whose element list is an attribute of at most 64 KiB. */
const ELEMENTS_PER_MESSAGE = 500

/** `struct nfgenmsg`. */
const header = (family: number, resource = 0): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt8(family, 0)
  bytes.writeUInt16BE(resource, 2)
  return bytes
}

const encode = ({ key, value }: SetElement): Buffer => {
  const parts = [nested(ELEMENT.key, [attribute(DATA_VALUE, key)])]
  if (value !== undefined) parts.push(nested(ELEMENT.value, [attribute(DATA_VALUE, value)]))
  return nested(LIST_ITEM, parts)
}

const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))

const messagesFor = (type: number, flags: number, table: string, elements: readonly SetElement[]): Buffer[] => {
  const bySet = Map.groupBy(elements, (element) => element.set)
  return [...bySet].flatMap(([set, members]) =>
    chunks(members, ELEMENTS_PER_MESSAGE).map((chunk) =>
      message({
        type,
        flags: flags | NLM_F.ack,
        header: header(FAMILY_INET),
        attributes: [
          text(ELEMENT_LIST.table, table),
          text(ELEMENT_LIST.set, set),
          nested(ELEMENT_LIST.elements, chunk.map(encode))
        ]
      })
    )
  )
}

/** All of it or nothing (nfnetlink batch). */
export const transact = (socket: NetlinkSocket, messages: readonly Buffer[]): void => {
  const edge = (type: number) => message({ type, flags: 0, header: header(0, SUBSYSTEM >> 8) })
  if (messages.length > 0) socket.batch([edge(BATCH.begin), ...messages, edge(BATCH.end)])
}

/** Adds in one transaction; an element that is there already with the same value stays. @throws SyscallError ENOENT without table */
export const addElements = (socket: NetlinkSocket, table: string, elements: readonly SetElement[]): void =>
  transact(socket, messagesFor(NFT_MSG.newElement, NLM_F.create, table, elements))

/** Deletes in one transaction; what is not there is no error. */
export const deleteElements = (socket: NetlinkSocket, table: string, elements: readonly SetElement[]): void => {
  try {
    transact(socket, messagesFor(NFT_MSG.deleteElement, 0, table, elements))
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    // The kernel refuses a transaction for one absent element: then each goes alone.
    for (const element of elements.length > 1 ? elements : []) deleteElements(socket, table, [element])
  }
}

/** Names of all tables of family inet. */
export const listTables = (socket: NetlinkSocket): string[] =>
  socket
    .request(message({ type: NFT_MSG.getTable, flags: NLM_F.dump, header: header(FAMILY_INET) }))
    .map((reply) => textOf(attributesOf(payloadOf(reply), 4).get(1)) ?? '')

/** Whether a set or map has the element's key; false also without the table. */
export const hasElement = (socket: NetlinkSocket, table: string, element: SetElement): boolean => {
  const attributes = [
    text(ELEMENT_LIST.table, table),
    text(ELEMENT_LIST.set, element.set),
    nested(ELEMENT_LIST.elements, [encode(element)])
  ]
  try {
    return (
      socket.request(message({ type: NFT_MSG.getElement, flags: 0, header: header(FAMILY_INET), attributes })).length >
      0
    )
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}

export const hasTable = (socket: NetlinkSocket, table: string): boolean => {
  try {
    return (
      socket.request(
        message({ type: NFT_MSG.getTable, flags: 0, header: header(FAMILY_INET), attributes: [text(1, table)] })
      ).length > 0
    )
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}

/** In one transaction. Does nothing when a table of that name is there. */
export const createTable = (socket: NetlinkSocket, table: TableDeclaration): void => {
  try {
    transact(socket, tableMessages(table))
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
}

/** Whether it was there. */
export const deleteTable = (socket: NetlinkSocket, table: string): boolean => {
  try {
    transact(socket, [
      message({
        type: NFT_MSG.deleteTable,
        flags: NLM_F.ack,
        header: header(FAMILY_INET),
        attributes: [text(1, table)]
      })
    ])
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}

const CHAIN = { table: 1, name: 3, policy: 5 } as const

/** The policy of a chain of an IPv4 table, `none` for one that is not a base chain, undefined when there is no such chain. */
export const ipChainPolicy = (
  socket: NetlinkSocket,
  table: string,
  chain: string
): 'accept' | 'drop' | 'none' | undefined => {
  try {
    const attributes = [text(CHAIN.table, table), text(CHAIN.name, chain)]
    const [reply] = socket.request(
      message({ type: NFT_MSG.getChain, flags: 0, header: header(FAMILY_IPV4), attributes })
    )
    const policy = reply && attributesOf(payloadOf(reply), 4).get(CHAIN.policy)
    return policy === undefined ? 'none' : policy.readUInt32BE(0) === 0 ? 'drop' : 'accept'
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
