import { readFileSync, writeFileSync } from 'node:fs'
import type { Linux, ProcessIdentity } from '@runcible/linux'
import { readNumber, readText } from './read-text.ts'
import type { TaskFiles } from './task-files.ts'

/** Who a monitored process is. Start times tell it from a later process with the same id. */
export interface ProcessRecord extends ProcessIdentity {
  readonly monitor: ProcessIdentity | undefined
  /** Its control groups, by controller; the v2 group under the empty name. */
  readonly groups: ReadonlyMap<string, string>
}

interface StoredRecord {
  readonly pid: number
  readonly startTime: string
  readonly monitor?: { readonly pid: number; readonly startTime: string }
  readonly groups: Readonly<Record<string, string>>
}

const identityOf = (linux: Linux, pid: number | undefined): ProcessIdentity | undefined => {
  const startTime = pid === undefined ? undefined : linux.process.startTime(pid)
  return pid === undefined || startTime === undefined ? undefined : { pid, startTime }
}

/** Notes a process that has just been launched; undefined when it is gone already. */
export const writeRecord = (linux: Linux, files: TaskFiles, pid: number): ProcessRecord | undefined => {
  const identity = identityOf(linux, pid)
  if (identity === undefined) return undefined
  const monitor = identityOf(linux, readNumber(files.monitorPid))
  const groups = groupsOf(linux, pid)
  const stored: StoredRecord = {
    pid,
    startTime: `${identity.startTime}`,
    ...(monitor === undefined ? {} : { monitor: { pid: monitor.pid, startTime: `${monitor.startTime}` } }),
    groups: Object.fromEntries(groups)
  }
  writeFileSync(files.process, JSON.stringify(stored), { mode: 0o600 })
  return { ...identity, monitor, groups }
}

const groupsOf = (linux: Linux, pid: number): ReadonlyMap<string, string> => {
  try {
    return linux.cgroup.groupsOf(pid)
  } catch {
    return new Map()
  }
}

const parseRecord = (text: string): ProcessRecord | undefined => {
  try {
    const { pid, startTime, monitor, groups } = JSON.parse(text) as StoredRecord
    return {
      pid,
      startTime: BigInt(startTime),
      monitor: monitor === undefined ? undefined : { pid: monitor.pid, startTime: BigInt(monitor.startTime) },
      groups: new Map(Object.entries(groups))
    }
  } catch {
    // Cut off by the end of its writer; what the monitor wrote itself still tells.
    return undefined
  }
}

/** The monitor named in the monitor's own pid file, if that process is one that serves this directory. */
export const findMonitor = (linux: Linux, files: TaskFiles): ProcessIdentity | undefined => {
  const monitor = identityOf(linux, readNumber(files.monitorPid))
  if (monitor === undefined) return undefined
  const args = readText(`/proc/${monitor.pid}/cmdline`)?.split('\0') ?? []
  return args.includes(files.directory) ? monitor : undefined
}

export const childrenOf = (pid: number): readonly number[] =>
  (readText(`/proc/${pid}/task/${pid}/children`) ?? '').split(' ').filter(Boolean).map(Number)

const parentOf = (pid: number): number | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}

/**
 * The process of an earlier launch. When its launcher was killed before it could note it, the living monitor vouches
 * for its child.
 */
export const readRecord = (linux: Linux, files: TaskFiles): ProcessRecord | undefined => {
  const text = readText(files.process)
  const stored = text === undefined ? undefined : parseRecord(text)
  if (stored !== undefined) return stored
  const pid = readNumber(files.pid)
  const monitor = pid === undefined ? undefined : findMonitor(linux, files)
  if (pid === undefined || monitor === undefined || parentOf(pid) !== monitor.pid) return undefined
  return writeRecord(linux, files, pid)
}
