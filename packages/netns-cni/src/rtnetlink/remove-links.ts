import { accessSync, constants, readFileSync, write } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Linux, NetlinkSocket } from '@runcible/linux'
import { programEnvironment } from '../program-environment.ts'
import { groupRemoval, removeLink, setGroup } from './links.ts'

/** Group of devices that are about to be removed; nothing else uses the number. */
const CONDEMNED = 0x52434e44
const PATIENCE_S = 3

const writeTo = promisify(write)

/** Devices of this namespace that still have their names. Read without the lock that a removal holds for long. */
const remaining = (names: readonly string[]): string[] => {
  const present = new Set(
    readFileSync('/proc/thread-self/net/dev', 'latin1')
      .split('\n')
      .map((line) => line.split(':')[0]?.trim())
  )
  return names.filter((name) => present.has(name))
}

type Processes = Pick<Linux['process'], 'spawn' | 'reap'>

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The id of an ip(8) that removes the condemned; undefined where there is none. */
const startProgram = (processes: Processes, keepOpen: readonly number[]): number | undefined => {
  const env = programEnvironment()
  const path = env.PATH.split(':')
    .filter((directory) => directory.startsWith('/'))
    .map((directory) => `${directory}/ip`)
    .find(isExecutable)
  const args = ['link', 'delete', 'group', String(CONDEMNED)]
  if (path === undefined) return undefined
  return processes.spawn({ path, args, env, fds: [null, null, null, ...keepOpen] })
}

/** Whether ip(8) took the devices away. It may go on for a while after it did. */
const removeByProgram = async (
  processes: Processes,
  names: readonly string[],
  keepOpen: readonly number[]
): Promise<boolean> => {
  const pid = startProgram(processes, keepOpen)
  if (pid === undefined) return false
  let ended = false
  for (const start = process.uptime(); process.uptime() - start < PATIENCE_S && !ended; ended = processes.reap(pid)) {
    if (remaining(names).length === 0) break
    await sleep(1)
  }
  return remaining(names).length === 0
}

/**
 * Removes devices, those that are there, in one request. They lose their names at once, yet the kernel then waits tens
 * of milliseconds in the call, which a process cannot even leave by exiting. So ip(8) makes the call and waits; where
 * there is none, a thread of the pool does (a netlink socket takes write(2)).
 *
 * `keepOpen` are descriptors that the program inherits, to be closed by its end. @throws SyscallError
 */
export type RemoveLinks = (names: readonly string[], keepOpen?: readonly number[]) => Promise<void>

/** `openRoute` opens a route socket of the namespace that the calling thread is in. */
export const linkRemover =
  (linux: { readonly process: Processes }, openRoute: () => NetlinkSocket): RemoveLinks =>
  async (names, keepOpen = []) => {
    using socket = openRoute()
    const condemned = setGroup(socket, names, CONDEMNED)
    if (condemned.length === 0 || (await removeByProgram(linux.process, condemned, keepOpen))) return
    await writeTo(socket.fd, groupRemoval(CONDEMNED))
    // Tells why a device is still there.
    for (const name of remaining(condemned)) removeLink(socket, name)
  }
