import type { NetlinkSocket } from '@runcible/linux'
import { addElements, deleteElements, deleteTable, hasTable, type SetElement } from '../nftables/elements.ts'
import { loadRules } from '../nftables/load.ts'
import { ruleset } from './ruleset.ts'

export interface Firewall {
  /** Makes the table unless it is there. */
  prepare(): Promise<void>
  add(elements: readonly SetElement[]): void
  remove(elements: readonly SetElement[]): void
  /** Takes away everything that was ever added. */
  clear(): void
}

/** An engine's table; the rules come from nft once, elements go to the kernel from this process. */
export const firewall = (openSocket: () => NetlinkSocket, table: string): Firewall => {
  const withSocket = <T>(use: (socket: NetlinkSocket) => T): T => {
    using socket = openSocket()
    return use(socket)
  }
  return {
    async prepare() {
      if (!withSocket((socket) => hasTable(socket, table))) await loadRules(ruleset(table))
    },
    add: (elements) => withSocket((socket) => addElements(socket, table, elements)),
    remove: (elements) => withSocket((socket) => deleteElements(socket, table, elements)),
    clear: () => {
      withSocket((socket) => deleteTable(socket, table))
    }
  }
}

