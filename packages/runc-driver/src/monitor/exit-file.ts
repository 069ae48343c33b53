import { existsSync, statSync, watch } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { CallOptions, Exit } from '@runcible/interface'
import type { Linux, ProcessIdentity } from '@runcible/linux'
import { abortedError, throwIfAborted } from '../abort.ts'
import { oomKills } from '../cgroup-files.ts'
import { childrenOf, type ProcessRecord } from '../process-record.ts'
import { readNumber } from '../read-text.ts'
import type { TaskFiles } from '../task-files.ts'

const KILLED = 137

/** How the process ended, as the monitor recorded it; undefined when it has not (yet). */
export const readExit = (linux: Linux, files: TaskFiles, record: ProcessRecord | undefined): Exit | undefined => {
  const code = readNumber(files.exit)
  if (code === undefined) return undefined
  const at = Math.round(statSync(files.exit, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
  // The marker alone says that some process of the container was killed, not that the main one was.
  const oomKilled =
    code === KILLED && (existsSync(files.oom) || (record !== undefined && oomKills(linux, record.groups) > 0n))
  return { code, at, oomKilled }
}

/** Calls back whenever the file at `path` may have appeared. Without inotify to spare it never does. */
const watchFor = (path: string, directory: string, changed: () => void): Disposable => {
  try {
    const watcher = watch(directory, (_event, name) => {
      if (name === null || name === basename(path)) changed()
    })
    watcher.on('error', () => undefined)
    return { [Symbol.dispose]: () => watcher.close() }
  } catch {
    return { [Symbol.dispose]: () => undefined }
  }
}

export interface ExitWait extends CallOptions {
  readonly linux: Linux
  readonly files: TaskFiles
  readonly record: ProcessRecord | undefined
  readonly monitor: () => ProcessIdentity | undefined
}

const LOOK_AGAIN_MS = 100

const isInGroups = (linux: Linux, pid: number, { groups }: ProcessRecord): boolean => {
  try {
    const own = linux.cgroup.groupsOf(pid)
    return [...groups].every(([controller, path]) => own.get(controller) === path)
  } catch {
    return false
  }
}

/** Without a pid namespace what a container leaves behind becomes the monitor's child; its groups tell it from a command. */
const isLeftBehind = (linux: Linux, pid: number, monitor: ProcessIdentity, record: ProcessRecord): boolean =>
  isInGroups(linux, pid, record) && !isInGroups(linux, monitor.pid, record)

/**
 * Whether a monitor may yet record the exit of a process that is gone. One that failed during the creation runs its exit
 * command without having done so, and that command may be waiting for us, or be us.
 */
const mayRecord = (linux: Linux, monitor: ProcessIdentity, record: ProcessRecord | undefined): boolean =>
  linux.process.isRunning(monitor.pid, monitor.startTime) &&
  (record === undefined ||
    childrenOf(monitor.pid).every((pid) => pid === record.pid || isLeftBehind(linux, pid, monitor, record)))

/**
 * Resolves when the monitor has recorded the exit, within moments of it. When the process is gone and the monitor
 * too, or at its exit command, without a record, the exit counts as a kill (137): nobody is left who knows.
 */
export const untilExit = async ({ linux, files, record, monitor, signal }: ExitWait): Promise<Exit> => {
  const exit = () => readExit(linux, files, record)
  throwIfAborted(signal, 'waiting for the exit')
  const { promise: recorded, resolve, reject } = Promise.withResolvers<Exit>()
  using _watch = watchFor(files.exit, files.directory, () => {
    // Read at once: whoever cleans up removes it within moments.
    const found = exit()
    if (found !== undefined) resolve(found)
  })
  // Only now, so that no exit falls between the look and the watch.
  const already = exit()
  if (already !== undefined) return already
  const stop = new AbortController()
  const onAbort = () => reject(abortedError('waiting for the exit'))
  signal?.addEventListener('abort', onAbort, { once: true })
  const gone = async (): Promise<void> => {
    if (record !== undefined) await linux.process.waitForExit(record, { signal: stop.signal })
    const watcher = monitor()
    while (exit() === undefined && watcher !== undefined && mayRecord(linux, watcher, record)) {
      await Promise.race([
        linux.process.waitForExit(watcher, { signal: stop.signal }),
        delay(LOOK_AGAIN_MS, undefined, { signal: stop.signal })
      ])
    }
  }
  const both = gone()
  both.catch(() => undefined)
  try {
    const found = await Promise.race([recorded, both.then(exit)])
    return found ?? { code: KILLED, at: Date.now(), oomKilled: false }
  } finally {
    stop.abort()
    signal?.removeEventListener('abort', onAbort)
  }
}
