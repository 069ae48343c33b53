import { closeSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isEngineError } from '@runcible/interface'
import type { Linux, ProcessIdentity } from '@runcible/linux'
import { undoBundle } from './bundle.ts'
import { hierarchies } from './cgroup-files.ts'
import { removeGroup } from './own-group.ts'
import { childrenOf, findMonitor } from './process-record.ts'
import { readText } from './read-text.ts'
import { removeFiles } from './remove-files.ts'
import type { RuntimeCli } from './runc-cli.ts'
import type { TaskFiles } from './task-files.ts'

/** The monitor of a directory, or the runtime creating its container: whoever was given it as its bundle. */
const findCreator = (linux: Linux, { directory }: TaskFiles): ProcessIdentity | undefined => {
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!/^\d+$/.test(name) || pid === process.pid) continue
    const args = readText(`/proc/${pid}/cmdline`)?.split('\0') ?? []
    const startTime = args.some((arg, index) => arg === '--bundle' && args[index + 1] === directory)
      ? linux.process.startTime(pid)
      : undefined
    if (startTime !== undefined) return { pid, startTime }
  }
  return undefined
}

const ignoreGone = <T>(call: () => T): T | undefined => {
  try {
    return call()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    return undefined
  }
}

/**
 * Kills a process and its children, and waits for every thread of theirs: one may still be making a control group when
 * its process looks dead already. Hence descriptors, taken before.
 */
const kill = async (linux: Linux, process: ProcessIdentity): Promise<void> => {
  const ids = [process, ...childrenOf(process.pid)]
  const pidfds = ids.map((id) => ignoreGone(() => linux.process.openPidfd(id))).filter((fd) => fd !== undefined)
  try {
    for (const pidfd of pidfds) ignoreGone(() => linux.process.signalPidfd(pidfd, 'SIGKILL'))
    for (const pidfd of pidfds) await linux.process.waitForExit({ pidfd })
  } finally {
    for (const pidfd of pidfds) closeSync(pidfd)
  }
}

/** Ends a monitor whose launch failed or was cut off, and the runtime that works for it. */
export const endMonitor = async (linux: Linux, files: TaskFiles): Promise<void> => {
  const find = () => findMonitor(linux, files) ?? findCreator(linux, files)
  for (let found = find(); found !== undefined; found = find()) await kill(linux, found)
}

const cgroupsPath = (files: TaskFiles): string | undefined => {
  try {
    const { linux } = JSON.parse(readText(files.config) ?? '{}') as { linux?: { cgroupsPath?: unknown } }
    return typeof linux?.cgroupsPath === 'string' && linux.cgroupsPath.startsWith('/') ? linux.cgroupsPath : undefined
  } catch {
    return undefined
  }
}

/** A runtime that was killed before it saved its state has no record of the groups it had made, and what is in them. */
const removeGroups = async (linux: Linux, files: TaskFiles, id: string): Promise<void> => {
  const path = cgroupsPath(files)
  // A group that is not named for the container may be shared with others.
  if (path === undefined || !basename(path).includes(id)) return
  for (const mount of hierarchies(linux)) {
    for (const pid of linux.cgroup.processes(join(mount, path))) {
      const startTime = linux.process.startTime(pid)
      if (startTime !== undefined) await kill(linux, { pid, startTime })
    }
  }
  // A group that others have put something into stays.
  removeGroup(linux, path)
}

/** Has the runtime forget a container, if it knows it. */
export const deleteFromRuntime = async (cli: RuntimeCli, id: string, signal?: AbortSignal): Promise<void> => {
  try {
    await cli.call({ verb: 'delete', options: ['--force'], id, deadline: 'delete', signal })
  } catch (error) {
    if (!isEngineError(error, 'not-found')) throw error
  }
}

export interface Abandoned {
  readonly id: string
  readonly linux: Linux
  readonly files: TaskFiles
  readonly cli: RuntimeCli
}

/** A monitor that was about to be executed when its launcher was killed appears during the removal; once is usual. */
const ATTEMPTS = 20

/** Removes everything of a creation that did not come to its end, wherever it was cut off. */
export const removeAbandoned = async ({ id, linux, files, cli }: Abandoned): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    await endMonitor(linux, files)
    await deleteFromRuntime(cli, id)
    await removeGroups(linux, files, id)
    undoBundle(linux, files)
    try {
      return removeFiles(files)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY' || attempt === ATTEMPTS) throw error
    }
  }
}
