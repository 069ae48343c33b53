import { rmdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isEngineError } from '@runcible/interface'
import type { Linux, ProcessIdentity } from '@runcible/linux'
import { undoBundle } from './bundle.ts'
import { findMonitor } from './process-record.ts'
import { readText } from './read-text.ts'
import { removeFiles } from './remove-files.ts'
import type { RuntimeCli } from './runc-cli.ts'
import type { TaskFiles } from './task-files.ts'

/** The monitor of a directory before it has noted its process id: looked for among all processes. */
const searchMonitor = (linux: Linux, { directory }: TaskFiles): ProcessIdentity | undefined => {
  for (const name of readdirSync('/proc')) {
    const pid = /^\d+$/.test(name) && Number(name) !== process.pid ? Number(name) : undefined
    if (pid === undefined || readText(`/proc/${pid}/comm`)?.trim() !== 'conmon') continue
    const startTime = linux.process.startTime(pid)
    const args = readText(`/proc/${pid}/cmdline`)?.split('\0') ?? []
    if (startTime !== undefined && args.includes(directory)) return { pid, startTime }
  }
  return undefined
}

/** Ends a monitor whose launch failed or was cut off; the runtime that it is waiting for ends with it. */
export const endMonitor = async (linux: Linux, files: TaskFiles): Promise<void> => {
  for (let monitor = findMonitor(linux, files) ?? searchMonitor(linux, files); monitor !== undefined; monitor = searchMonitor(linux, files)) {
    try {
      linux.process.signal(monitor, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
    await linux.process.waitForExit(monitor)
  }
}

const cgroupsPath = (files: TaskFiles): string | undefined => {
  try {
    const { linux } = JSON.parse(readText(files.config) ?? '{}') as { linux?: { cgroupsPath?: unknown } }
    return typeof linux?.cgroupsPath === 'string' && linux.cgroupsPath.startsWith('/') ? linux.cgroupsPath : undefined
  } catch {
    return undefined
  }
}

/** A runtime that was killed before it saved its state has no record of the groups it had made. Only empty ones go. */
const removeGroups = (linux: Linux, files: TaskFiles): void => {
  const path = cgroupsPath(files)
  if (path === undefined || path === '/') return
  const { hierarchies, unified } = linux.cgroup.layout()
  for (const mount of [...hierarchies.values(), ...(unified === undefined ? [] : [unified])]) {
    try {
      rmdirSync(join(mount, path))
    } catch (error) {
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
  removeGroups(linux, files)
  undoBundle(linux, files)
  removeFiles(files)
}
