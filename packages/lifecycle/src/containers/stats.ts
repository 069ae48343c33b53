import { readFileSync } from 'node:fs'
import {
  isEngineError,
  type CallOptions,
  type ContainerRecord,
  type ContainerStats,
  type InterfaceStats,
  type Task,
  type TaskStats
} from '@runcible/interface'
import { throwIfAborted } from '../abort.ts'
import { findContainer } from '../resolve-name.ts'
import type { Parts } from '../settings.ts'
import { isUp } from './is-up.ts'
import { loadTask } from './task.ts'

const nothing: TaskStats = {
  cpuUsage: 0,
  cpuSystem: 0,
  memoryUsage: 0,
  memoryLimit: 0,
  pids: 0,
  blockRead: 0,
  blockWrite: 0
}

/** What a container uses at this moment. `not-found` when there is none of that name. */
export async function containerStats(
  parts: Pick<Parts, 'state' | 'runtime'>,
  name: string,
  options: CallOptions = {}
): Promise<ContainerStats> {
  throwIfAborted(options.signal, `reading the figures of ${name}`)
  const record = findContainer(parts.state, name)
  const { id, startedAt } = record
  const task = isUp(record) ? await loadTask(parts.runtime, id) : undefined
  const used = task && (await usedBy(task, record))
  const time = performance.timeOrigin + performance.now()
  if (used === undefined) return { ...nothing, id, name: record.name, time, interfaces: [] }
  return { ...used, id, name: record.name, time, ...(startedAt === undefined ? {} : { startedAt }) }
}

/** Nothing when the container ended while it was looked at. */
async function usedBy(
  task: Task,
  record: ContainerRecord
): Promise<(TaskStats & Pick<ContainerStats, 'interfaces'>) | undefined> {
  try {
    const { pid } = await task.state()
    const interfaces = record.config.network.mode === 'host' || pid === 0 ? [] : interfacesOf(pid)
    return { ...(await task.stats()), interfaces }
  } catch (error) {
    if (isEngineError(error, 'not-found') || isEngineError(error, 'failed-precondition')) return undefined
    throw error
  }
}

function interfacesOf(pid: number): readonly InterfaceStats[] {
  try {
    return parseNetworkDevices(readFileSync(`/proc/${pid}/net/dev`, 'latin1'))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EINVAL') return []
    throw error
  }
}

/** Lines such as `  eth0: 292 4 0 0 0 0 0 0 676 9 …` below two of headings: proc_pid_net(5). */
export function parseNetworkDevices(text: string): readonly InterfaceStats[] {
  return text.split('\n').flatMap((line) => {
    const [, name = '', numbers = ''] = /^\s*(\S+):\s*(\d.*)$/.exec(line) ?? []
    const fields = numbers.split(/\s+/).map(Number)
    return name === '' || name === 'lo' ? [] : [{ interface: name, received: fields[0] ?? 0, sent: fields[8] ?? 0 }]
  })
}
