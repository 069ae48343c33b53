import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { CLONE_NEW } from './constants.ts'
import { errorCode } from './errno.ts'
import type { Libc } from './libc.ts'
import type { MountCalls } from './mount.ts'

export type NamespaceKind = keyof typeof CLONE_NEW

/**
 * Namespaces of the calling thread. User namespaces cannot be entered, and mount namespaces only by a thread that has
 * its own root and working directory: Node is multi-threaded. Those are entered when a program is executed.
 */
export interface NamespaceCalls {
  /**
   * Makes a network namespace and keeps it by a bind mount on a new file at `path` (absolute; parents are made).
   * Only loopback is in it, and down. On failure nothing stays behind.
   *
   * @throws SyscallError EEXIST when the file exists, EPERM without CAP_SYS_ADMIN
   */
  createNetwork(path: string): void
  /** Unmounts and deletes the file; does nothing when it is gone. Processes inside keep the namespace alive. */
  removeNetwork(path: string): void
  /**
   * Runs a synchronous function inside a network namespace (a file of createNetwork, or `/proc/<pid>/ns/net`) and
   * returns its value. Sockets it opens and children it spawns belong to that namespace. The thread is back in its own
   * namespace afterwards in every case; if it cannot come back the process aborts.
   *
   * The function must not start asynchronous file or DNS work: the thread pool may be created by it, and stay inside.
   *
   * @throws TypeError when the function returns a promise
   */
  withNetwork<T>(path: string, fn: () => T): T
  /** The raw call, on the calling thread only. */
  unshare(kinds: readonly NamespaceKind[]): void
  /** Moves the calling thread into the namespace open at `fd`; the kind is checked by the kernel. */
  enter(fd: number, kind: NamespaceKind): void
}

const OWN_NETWORK = '/proc/thread-self/ns/net'

const isThenable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'

export const namespaceCalls = (libc: Libc, mounts: Pick<MountCalls, 'bind' | 'unmount'>): NamespaceCalls => {
  const unshare = (kinds: readonly NamespaceKind[]) => {
    const flags = kinds.reduce((bits, kind) => bits | CLONE_NEW[kind], 0)
    libc.check(libc.unshare(flags), 'unshare', kinds.join(','))
  }
  const enter = (fd: number, kind: NamespaceKind, subject: string = kind) => {
    libc.check(libc.setns(fd, CLONE_NEW[kind]), 'setns', subject)
  }
  const restore = (own: number) => {
    try {
      enter(own, 'network')
    } catch (error) {
      // Going on would configure or serve the wrong network; nothing can be undone from here.
      process.stderr.write(`cannot return to the network namespace of the process: ${String(error)}\n`)
      process.abort()
    }
  }
  /** Leaves by `leave`, runs, and comes back. */
  const away = <T>(leave: () => void, fn: () => T): T => {
    const own = openSync(OWN_NETWORK, 'r')
    try {
      leave()
      try {
        return fn()
      } finally {
        restore(own)
      }
    } finally {
      closeSync(own)
    }
  }
  const createNetwork = (path: string) => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
    closeSync(openSync(path, 'ax', 0o444))
    try {
      away(
        () => unshare(['network']),
        () => mounts.bind({ source: OWN_NETWORK, target: path })
      )
    } catch (error) {
      rmSync(path, { force: true })
      throw error
    }
  }
  const removeNetwork = (path: string) => {
    try {
      mounts.unmount(path, { detach: true })
    } catch (error) {
      // EINVAL: the file is there and nothing is mounted on it.
      if (errorCode(error) !== 'EINVAL' && errorCode(error) !== 'ENOENT') throw error
    }
    rmSync(path, { force: true })
  }
  const withNetwork = <T>(path: string, fn: () => T): T => {
    const target = openSync(path, 'r')
    try {
      const value = away(() => enter(target, 'network', path), fn)
      if (isThenable(value)) throw new TypeError('withNetwork takes a synchronous function; it returned a promise')
      return value
    } finally {
      closeSync(target)
    }
  }
  return { createNetwork, removeNetwork, withNetwork, unshare, enter: (fd, kind) => enter(fd, kind) }
}
