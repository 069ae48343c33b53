import type { NetlinkSocket } from '@runcible/linux'
import { ipChainPolicy } from '../nftables/elements.ts'
import { accept, isInterface } from '../nftables/expressions.ts'
import { deleteRules, insertRules, listRules, type ForeignChain, type ListedRule } from '../nftables/rules.ts'

/**
 * A Docker daemon makes the host drop whatever it forwards for others, and a rule elsewhere cannot undo a drop. The
 * chain DOCKER-USER is the place that Docker gives to others; a bridge of ours is accepted there while it exists.
 */
const userChain: ForeignChain = { table: 'filter', chain: 'DOCKER-USER' }

const commentFor = (bridge: string): string => `runcible ${bridge}`

const rulesOf = (socket: NetlinkSocket, bridges: readonly string[]): ListedRule[] => {
  const comments = new Set(bridges.map(commentFor))
  return listRules(socket, userChain).filter(({ comment }) => comment !== undefined && comments.has(comment))
}

/** Accepts what the bridges forward, where Docker would drop it. */
export const admitBridges = (socket: NetlinkSocket, bridges: readonly string[]): void => {
  if (
    ipChainPolicy(socket, 'filter', 'FORWARD') !== 'drop' ||
    ipChainPolicy(socket, userChain.table, userChain.chain) === undefined
  )
    return
  for (const bridge of bridges) {
    if (rulesOf(socket, [bridge]).length > 0) continue
    insertRules(socket, userChain, commentFor(bridge), [
      [...isInterface('inputDevice', bridge), accept],
      [...isInterface('outputDevice', bridge), accept]
    ])
  }
}

/** Takes the rules of bridges away that are no more. */
export const expelBridges = (socket: NetlinkSocket, bridges: readonly string[]): void =>
  deleteRules(socket, userChain, rulesOf(socket, bridges))
