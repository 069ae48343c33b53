import { dirname, join } from 'node:path'
import type { StateStore } from '@runcible/interface'
import { createLinux, type Linux } from '@runcible/linux'
import { hostNames } from '../names.ts'
import { namespaces } from '../netns.ts'
import { linkRemover } from '../rtnetlink/remove-links.ts'
import { pluginRunner } from './cni-exec.ts'
import { conflistFiles } from './conflist-files.ts'
import { cniNetworkRecords } from './networks.ts'
import { resultCache } from './result-cache.ts'

export interface CniNetworksInit {
  /** The engine's root: what its devices are named after. */
  readonly root: string
  /** Directory of the namespace files, on a file system that a reboot empties. */
  readonly netns: string
  /** Directory of our networks' configuration lists. Default `<root>/networks`. */
  readonly directory?: string
  /** Directory of results and address reservations, likewise emptied by a reboot. Default `cni` beside that of the namespaces. */
  readonly run?: string
  /** Where plugins are, in order of search. Default: the distributions' directories. */
  readonly pluginDirectories?: readonly string[]
  /** Directories of the user's own configuration lists, which are only read. Default `/etc/cni/net.d`. */
  readonly userDirectories?: readonly string[]
  readonly linux?: Pick<Linux, 'namespace' | 'netlink' | 'process'>
}

const PLUGIN_DIRECTORIES = ['/usr/lib/cni', '/usr/libexec/cni', '/opt/cni/bin']

export const context = (init: CniNetworksInit, state: StateStore) => {
  const linux = init.linux ?? createLinux()
  const openRoute = () => linux.netlink.open('route')
  const removeLinks = linkRemover(linux, openRoute)
  const files = conflistFiles(init.directory ?? join(init.root, 'networks'), init.userDirectories ?? ['/etc/cni/net.d'])
  const names = hostNames(init.root)
  const run = init.run ?? join(dirname(init.netns), 'cni')
  return {
    state,
    openRoute,
    removeLinks,
    spaces: namespaces(linux, init.netns),
    runner: pluginRunner(init.pluginDirectories ?? PLUGIN_DIRECTORIES),
    cache: resultCache(join(run, 'results')),
    records: cniNetworkRecords({ state, names, openRoute, removeLinks, files, ipamDirectory: join(run, 'addresses') })
  }
}

export type Context = ReturnType<typeof context>
