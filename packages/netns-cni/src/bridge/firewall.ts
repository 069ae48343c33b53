import type { PortMapping } from '@runcible/interface'
import type { NetlinkSocket } from '@runcible/linux'
import {
  addElements,
  createTable,
  deleteElements,
  deleteTable,
  hasElement,
  hasTable,
  listTables,
  type SetElement
} from '../nftables/elements.ts'
import { admitBridges, expelBridges } from './docker-forward.ts'
import { TABLE_NAME } from '../names.ts'
import { publishedElement, ruleset } from './ruleset.ts'

export interface Firewall {
  /** Makes the table unless it is there. */
  prepare(): void
  add(elements: readonly SetElement[]): void
  remove(elements: readonly SetElement[]): void
  /** Takes away everything that was ever added. */
  clear(): void
  /** Whether the engine of another root publishes that port. */
  publishedElsewhere(port: Pick<PortMapping, 'hostIp' | 'protocol' | 'hostPort'>): boolean
  /** Where the host's own rules would drop what these bridges forward, and it can be helped. */
  admit(bridges: readonly string[]): void
  expel(bridges: readonly string[]): void
  /**
   * The socket of all this. After a deletion the kernel makes whoever closes it, be it by exiting, wait tens of
   * milliseconds: a program that waits anyway may inherit it.
   */
  readonly fd: number
}

// Closed when nobody can use it any more: a program may open engine after engine.
const dropped = new FinalizationRegistry<NetlinkSocket>((socket) => socket.close())

/**
 * An engine's table, made by netlink messages of this process: no program is run. The socket stays open as long as the
 * firewall is referred to.
 */
export const firewall = (openSocket: () => NetlinkSocket, table: string): Firewall => {
  let opened: NetlinkSocket | undefined
  const socket = (): NetlinkSocket => {
    if (opened === undefined) {
      opened = openSocket()
      dropped.register(rules, opened)
    }
    return opened
  }
  const rules: Firewall = {
    prepare: () => {
      if (!hasTable(socket(), table)) createTable(socket(), ruleset(table))
    },
    add: (elements) => addElements(socket(), table, elements),
    remove: (elements) => deleteElements(socket(), table, elements),
    clear: () => {
      deleteTable(socket(), table)
    },
    publishedElsewhere: ({ hostIp, protocol, hostPort }) => {
      const others = listTables(socket()).filter((name) => name !== table && TABLE_NAME.test(name))
      const keys = [undefined, ...(hostIp === undefined ? [] : [hostIp])].map((ip) =>
        publishedElement({ ...(ip === undefined ? {} : { hostIp: ip }), protocol, hostPort })
      )
      return others.some((other) => keys.some((key) => hasElement(socket(), other, key)))
    },
    admit: (bridges) => admitBridges(socket(), bridges),
    expel: (bridges) => expelBridges(socket(), bridges),
    get fd() {
      return socket().fd
    }
  }
  return rules
}
