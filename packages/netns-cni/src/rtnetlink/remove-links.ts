import { spawn, type StdioOptions } from 'node:child_process'
import { readFileSync, write } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { NetlinkSocket } from '@runcible/linux'
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

/** Whether ip(8) took the devices away. It may go on for a while after it did. */
const removeByProgram = async (names: readonly string[], keepOpen: readonly number[]): Promise<boolean> => {
  const stdio: StdioOptions = ['ignore', 'ignore', 'ignore', ...keepOpen]
  const child = spawn('ip', ['link', 'delete', 'group', String(CONDEMNED)], {
    detached: true,
    stdio,
    env: programEnvironment()
  })
  let ended = false
  for (const event of ['error', 'exit'] as const) {
    child.once(event, () => {
      ended = true
    })
  }
  child.unref()
  for (const start = process.uptime(); process.uptime() - start < PATIENCE_S && !ended;) {
    if (remaining(names).length === 0) return true
    await sleep(1)
  }
  return remaining(names).length === 0
}

/**
 * Removes devices, those that are there, in one request. They lose their names at once, yet the kernel then waits tens
 * of milliseconds in the call, which a process cannot even leave by exiting. So ip(8) makes the call and waits; where
 * there is none, a thread of the pool does (a netlink socket takes write(2)).
 *
 * @param socket a route socket of the namespace that the calling thread is in
 * @param keepOpen descriptors that the program inherits, to be closed by its end
 * @throws SyscallError
 */
export const removeLinks = async (
  socket: NetlinkSocket,
  names: readonly string[],
  keepOpen: readonly number[] = []
): Promise<void> => {
  const condemned = setGroup(socket, names, CONDEMNED)
  if (condemned.length === 0 || (await removeByProgram(condemned, keepOpen))) return
  await writeTo(socket.fd, groupRemoval(CONDEMNED))
  // Tells why a device is still there.
  for (const name of remaining(condemned)) removeLink(socket, name)
}
