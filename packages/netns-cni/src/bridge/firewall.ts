import type { NetlinkSocket } from '@runcible/linux'
import { addElements, createTable, deleteElements, deleteTable, hasTable, type SetElement } from '../nftables/elements.ts'
import { admitBridges, expelBridges } from './docker-forward.ts'
import { ruleset } from './ruleset.ts'

export interface Firewall {
  /** Makes the table unless it is there. */
  prepare(): void
  add(elements: readonly SetElement[]): void
  remove(elements: readonly SetElement[]): void
  /** Takes away everything that was ever added. */
  clear(): void
  /** Where the host's own rules would drop what these bridges forward, and it can be helped. */
  admit(bridges: readonly string[]): void
  expel(bridges: readonly string[]): void
}

/** An engine's table, made by netlink messages of this process: no program is run. */
export const firewall = (openSocket: () => NetlinkSocket, table: string): Firewall => {
  const withSocket = <T>(use: (socket: NetlinkSocket) => T): T => {
    using socket = openSocket()
    return use(socket)
  }
  return {
    prepare: () =>
      withSocket((socket) => {
        if (!hasTable(socket, table)) createTable(socket, ruleset(table))
      }),
    add: (elements) => withSocket((socket) => addElements(socket, table, elements)),
    remove: (elements) => withSocket((socket) => deleteElements(socket, table, elements)),
    clear: () => {
      withSocket((socket) => deleteTable(socket, table))
    },
    admit: (bridges) => withSocket((socket) => admitBridges(socket, bridges)),
    expel: (bridges) => withSocket((socket) => expelBridges(socket, bridges))
  }
}

