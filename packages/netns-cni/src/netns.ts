import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { EngineError } from '@runcible/interface'
import type { Linux, NetlinkSocket } from '@runcible/linux'
import { findLink, setUp } from './rtnetlink/links.ts'

export interface Namespaces {
  pathOf(containerId: string): string
  /** With `lo` up. A file that an earlier attempt left behind is replaced. */
  create(containerId: string): string
  /** Does nothing when it is gone. */
  remove(containerId: string): void
  /** A route socket that belongs to the namespace. */
  open(path: string): NetlinkSocket
}

const CONTAINER_ID = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/

/** Network namespaces as files of a directory, one per container. */
export const namespaces = (linux: Pick<Linux, 'namespace' | 'netlink'>, directory: string): Namespaces => {
  const pathOf = (containerId: string): string => {
    if (!CONTAINER_ID.test(containerId))
      throw new EngineError('invalid-argument', `not a container id: ${JSON.stringify(containerId)}`)
    return join(directory, containerId)
  }
  const open = (path: string): NetlinkSocket => linux.namespace.withNetwork(path, () => linux.netlink.open('route'))
  const remove = (containerId: string): void => linux.namespace.removeNetwork(pathOf(containerId))
  const create = (containerId: string): string => {
    const path = pathOf(containerId)
    if (existsSync(path)) remove(containerId)
    linux.namespace.createNetwork(path)
    try {
      using socket = open(path)
      const loopback = findLink(socket, 'lo')
      if (loopback !== undefined) setUp(socket, loopback.index)
    } catch (error) {
      remove(containerId)
      throw error
    }
    return path
  }
  return { pathOf, create, remove, open }
}
