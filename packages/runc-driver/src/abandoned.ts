import { readdirSync, rmdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isEngineError } from '@runcible/interface'
import type { Linux, ProcessIdentity } from '@runcible/linux'
import { undoBundle } from './bundle.ts'
import { findMonitor } from './process-record.ts'
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
    const startTime = args.some((arg, index) => arg === '--bundle' && args[index + 1] === directory) ? linux.process.startTime(pid) : undefined
    if (startTime !== undefined) return { pid, startTime }
  }
  return undefined
}

const kill = async (linux: Linux, process: ProcessIdentity): Promise<void> => {
  try {
    linux.process.signal(process, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
  await linux.process.waitForExit(process)
}

/** Ends a monitor whose launch failed or was cut off, and the runtime that works for it. */
export const endMonitor = async (linux: Linux, files: TaskFiles): Promise<void> => {
  for (let found = findMonitor(linux, files); found !== undefined; found = findMonitor(linux, files)) await kill(linux, found)
  for (let found = findCreator(linux, files); found !== undefined; found = findCreator(linux, files)) await kill(linux, found)
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
  const { hierarchies, unified } = linux.cgroup.layout()
  for (const mount of [...hierarchies.values(), ...(unified === undefined ? [] : [unified])]) {
    const group = join(mount, path)
    for (const pid of linux.cgroup.processes(group)) {
      const startTime = linux.process.startTime(pid)
      if (startTime !== undefined) await kill(linux, { pid, startTime })
    }
    try {
      rmdirSync(group)
    } catch (error) {
      // A group that others have put something into stays.
      if (!['ENOENT', 'EBUSY', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }
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

/** Removes everything of a creation that did not come to its end, wherever it was cut off. */
export const removeAbandoned = async ({ id, linux, files, cli }: Abandoned): Promise<void> => {
  await endMonitor(linux, files)
  await deleteFromRuntime(cli, id)
  await removeGroups(linux, files, id)
  undoBundle(linux, files)
  removeFiles(files)
}
