import type { StateStore } from '@runcible/interface'
import { createLinux, type Linux } from '@runcible/linux'
import { hostNames } from '../names.ts'
import { namespaces } from '../netns.ts'
import { linkRemover } from '../rtnetlink/remove-links.ts'
import { firewall } from './firewall.ts'
import { bridgeNetworkRecords } from './networks.ts'

export interface BridgeNetworksInit {
  /** The engine's root: what its devices and rules are named after, so that two engines do not meet. */
  readonly root: string
  /** Directory of the namespace files, on a file system that a reboot empties. */
  readonly netns: string
  readonly linux?: Pick<Linux, 'namespace' | 'netlink' | 'process'>
}

/** Everything the operations share. */
export const context = (init: BridgeNetworksInit, state: StateStore) => {
  const linux = init.linux ?? createLinux()
  const names = hostNames(init.root)
  const openRoute = () => linux.netlink.open('route')
  const removeLinks = linkRemover(linux, openRoute)
  return {
    state,
    openRoute,
    removeLinks,
    spaces: namespaces(linux, init.netns),
    rules: firewall(() => linux.netlink.open('netfilter'), names.table),
    records: bridgeNetworkRecords({ state, names, openRoute, removeLinks })
  }
}

export type Context = ReturnType<typeof context>
