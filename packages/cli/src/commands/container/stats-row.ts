import type { ContainerStats } from '@runcible/interface'
import { goDuration, humanBinarySize, humanSize } from '../../format/human.ts'

const nanosecondsPerMillisecond = 1e6

/** A line of `stats`: the words of the table, and the numbers that a template may ask for. */
export function statsRow(stats: ContainerStats, before: ContainerStats | undefined, fullIds: boolean): object {
  const { memoryUsage, memoryLimit, blockRead, blockWrite, interfaces, cpuUsage } = stats
  const cpu = share(stats, before)
  const average = share(stats, undefined)
  const received = interfaces.reduce((total, one) => total + one.received, 0)
  const sent = interfaces.reduce((total, one) => total + one.sent, 0)
  const memory = memoryLimit === 0 ? 0 : (memoryUsage / memoryLimit) * 100
  const time = goDuration(cpuUsage)
  return {
    ID: fullIds ? stats.id : stats.id.slice(0, 12),
    ContainerID: stats.id,
    Name: stats.name,
    CPU: cpu,
    CPUPerc: percent(cpu),
    AvgCPU: average,
    AVGCPU: percent(average),
    CPUNano: cpuUsage,
    CPUSystemNano: stats.cpuSystem,
    SystemNano: String(BigInt(Math.round(stats.time * 1000)) * 1000n),
    Duration: cpuUsage,
    Up: time,
    UpTime: time,
    MemUsage: `${humanSize(memoryUsage)} / ${humanSize(memoryLimit)}`,
    MemUsageBytes: `${humanBinarySize(memoryUsage)} / ${humanBinarySize(memoryLimit)}`,
    MemLimit: memoryLimit,
    MemPerc: percent(memory),
    NetIO: pair(received, sent),
    NetInput: received,
    NetOutput: sent,
    BlockIO: pair(blockRead, blockWrite),
    BlockInput: blockRead,
    BlockOutput: blockWrite,
    PIDs: stats.pids,
    PIDS: stats.pids
  }
}

/** What `--format json` prints of a line. */
export function statsJson(row: object): object {
  const of = row as Readonly<Record<string, unknown>>
  return {
    id: of['ID'],
    name: of['Name'],
    cpu_time: of['UpTime'],
    cpu_percent: of['CPUPerc'],
    avg_cpu: of['AVGCPU'],
    mem_usage: of['MemUsage'],
    mem_percent: of['MemPerc'],
    net_io: of['NetIO'],
    block_io: of['BlockIO'],
    pids: String(of['PIDS'])
  }
}

/** Percent of one processor, since the time before; without one, since the start. */
function share(stats: ContainerStats, before: ContainerStats | undefined): number {
  const { startedAt, time, cpuUsage } = stats
  if (startedAt === undefined) return 0
  // Started anew since: its counters began again.
  const since = before?.startedAt === startedAt && before.cpuUsage <= cpuUsage ? before : undefined
  const elapsed = (time - (since?.time ?? startedAt)) * nanosecondsPerMillisecond
  return elapsed <= 0 ? 0 : ((cpuUsage - (since?.cpuUsage ?? 0)) / elapsed) * 100
}

const pair = (one: number, other: number): string =>
  [one, other].map((bytes) => humanSize(bytes, { digits: 3 })).join(' / ')

const percent = (value: number): string => `${value.toFixed(2)}%`
