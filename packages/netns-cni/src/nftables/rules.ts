import { errorCode, type NetlinkSocket } from '@runcible/linux'
import { attribute, attributesOf, message, nested, NLM_F, payloadOf, text } from '../rtnetlink/message.ts'
import { transact } from './elements.ts'
import type { Expression } from './expressions.ts'

/** A chain of an IPv4 table, which somebody else made. */
export interface ForeignChain {
  readonly table: string
  readonly chain: string
}

export interface ListedRule {
  readonly handle: Buffer
  readonly comment: string | undefined
}

const SUBSYSTEM = 10 << 8
const NFT_MSG = { newRule: SUBSYSTEM | 6, getRule: SUBSYSTEM | 7, deleteRule: SUBSYSTEM | 8 } as const
const RULE = { table: 1, chain: 2, handle: 3, expressions: 4, userData: 7 } as const
const FAMILY_IPV4 = 2
const COMMENT = 0

const header = Buffer.of(FAMILY_IPV4, 0, 0, 0)

const place = ({ table, chain }: ForeignChain): Buffer[] => [text(RULE.table, table), text(RULE.chain, chain)]

/** A comment where nft and iptables keep theirs: type, length, text. */
const commentData = (comment: string): Buffer =>
  Buffer.concat([Buffer.of(COMMENT, comment.length + 1), Buffer.from(`${comment}\0`)])

const commentOf = (data: Buffer | undefined): string | undefined =>
  data !== undefined && data.length > 2 && data[0] === COMMENT
    ? data.toString('utf8', 2, 1 + (data[1] ?? 0))
    : undefined

/** Rules in order; none when there is no such chain. */
export const listRules = (socket: NetlinkSocket, at: ForeignChain): ListedRule[] => {
  try {
    const received = socket.request(
      message({ type: NFT_MSG.getRule, flags: NLM_F.dump, header, attributes: place(at) })
    )
    return received.map((rule) => {
      const attributes = attributesOf(payloadOf(rule), 4)
      return {
        handle: Buffer.from(attributes.get(RULE.handle) ?? []),
        comment: commentOf(attributes.get(RULE.userData))
      }
    })
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}

/** Puts rules before all others, in one transaction. The comment is ASCII. */
export const insertRules = (
  socket: NetlinkSocket,
  at: ForeignChain,
  comment: string,
  rules: readonly (readonly Expression[])[]
): void =>
  transact(
    socket,
    rules.map((rule) =>
      message({
        type: NFT_MSG.newRule,
        flags: NLM_F.create | NLM_F.ack,
        header,
        attributes: [...place(at), nested(RULE.expressions, rule), attribute(RULE.userData, commentData(comment))]
      })
    )
  )

export const deleteRules = (socket: NetlinkSocket, at: ForeignChain, rules: readonly ListedRule[]): void =>
  transact(
    socket,
    rules.map(({ handle }) =>
      message({
        type: NFT_MSG.deleteRule,
        flags: NLM_F.ack,
        header,
        attributes: [...place(at), attribute(RULE.handle, handle)]
      })
    )
  )
