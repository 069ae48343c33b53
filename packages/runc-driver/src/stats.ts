import { totalmem } from 'node:os'
import type { TaskStats } from '@runcible/interface'
import type { Linux } from '@runcible/linux'
import { legacyGroup, processesOf, unifiedGroup, type Groups } from './cgroup-files.ts'

const NANOSECONDS_PER_TICK = 10_000_000
const NANOSECONDS_PER_MICROSECOND = 1000

const numberIn = (text: string | undefined): number => (text !== undefined && /^\d+$/.test(text) ? Number(text) : 0)

/** A limit above the host's memory (the kernel's way to say none, or `max`) is the host's memory. */
const limitIn = (text: string | undefined): number => {
  const limit = text === undefined || text === 'max' ? Infinity : Number(text)
  return Math.min(Number.isNaN(limit) ? Infinity : limit, totalmem())
}

type Part<Key extends keyof TaskStats> = Pick<TaskStats, Key>

const legacyCpu = (linux: Linux, group: string): Part<'cpuUsage' | 'cpuSystem'> => ({
  cpuUsage: numberIn(linux.cgroup.read(group, 'cpuacct.usage')),
  cpuSystem: Number(linux.cgroup.readTable(group, 'cpuacct.stat').get('system') ?? 0n) * NANOSECONDS_PER_TICK
})

const unifiedCpu = (linux: Linux, group: string): Part<'cpuUsage' | 'cpuSystem'> => {
  const table = linux.cgroup.readTable(group, 'cpu.stat')
  const microseconds = (key: string) => Number(table.get(key) ?? 0n) * NANOSECONDS_PER_MICROSECOND
  return { cpuUsage: microseconds('usage_usec'), cpuSystem: microseconds('system_usec') }
}

// The page cache that can be dropped at any time is not usage.
const withoutCache = (usage: number, inactive: bigint | undefined): number =>
  Math.max(0, usage - Number(inactive ?? 0n))

const legacyMemory = (linux: Linux, group: string): Part<'memoryUsage' | 'memoryLimit'> => ({
  memoryUsage: withoutCache(
    numberIn(linux.cgroup.read(group, 'memory.usage_in_bytes')),
    linux.cgroup.readTable(group, 'memory.stat').get('total_inactive_file')
  ),
  memoryLimit: limitIn(linux.cgroup.read(group, 'memory.limit_in_bytes'))
})

const unifiedMemory = (linux: Linux, group: string): Part<'memoryUsage' | 'memoryLimit'> => ({
  memoryUsage: withoutCache(
    numberIn(linux.cgroup.read(group, 'memory.current')),
    linux.cgroup.readTable(group, 'memory.stat').get('inactive_file')
  ),
  memoryLimit: limitIn(linux.cgroup.read(group, 'memory.max'))
})

/** Lines such as `8:0 Read 4096`. */
export const parseLegacyBlock = (text: string): Part<'blockRead' | 'blockWrite'> => {
  const sum = (operation: string) =>
    text.split('\n').reduce((total, line) => {
      const [device = '', kind, bytes] = line.split(' ')
      return device.includes(':') && kind === operation ? total + numberIn(bytes) : total
    }, 0)
  return { blockRead: sum('Read'), blockWrite: sum('Write') }
}

/** Lines such as `8:0 rbytes=4096 wbytes=0 rios=1 …`. */
export const parseUnifiedBlock = (text: string): Part<'blockRead' | 'blockWrite'> => {
  const sum = (key: string) =>
    text
      .split(/\s/)
      .reduce((total, word) => (word.startsWith(`${key}=`) ? total + numberIn(word.slice(key.length + 1)) : total), 0)
  return { blockRead: sum('rbytes'), blockWrite: sum('wbytes') }
}

/** Processes and threads, as the pids controller counts them; only processes where there is none. */
const taskCount = (linux: Linux, group: string, groups: Groups): number =>
  numberIn(linux.cgroup.read(group, 'pids.current')) || processesOf(linux, groups).length

/** Numbers of a container's groups, each controller from the tree it is in. */
export const readStats = (linux: Linux, groups: Groups): TaskStats => {
  const unified = unifiedGroup(linux, groups)
  const choose = <T>(controller: string, legacy: (group: string) => T, modern: (group: string) => T): T => {
    const group = legacyGroup(linux, groups, controller)
    return group === undefined ? modern(unified ?? '') : legacy(group)
  }
  return {
    ...choose(
      'cpuacct',
      (group) => legacyCpu(linux, group),
      (group) => unifiedCpu(linux, group)
    ),
    ...choose(
      'memory',
      (group) => legacyMemory(linux, group),
      (group) => unifiedMemory(linux, group)
    ),
    ...choose(
      'blkio',
      (group) => parseLegacyBlock(linux.cgroup.read(group, 'blkio.throttle.io_service_bytes') ?? ''),
      (group) => parseUnifiedBlock(linux.cgroup.read(group, 'io.stat') ?? '')
    ),
    pids: choose(
      'pids',
      (group) => taskCount(linux, group, groups),
      (group) => taskCount(linux, group, groups)
    )
  }
}
