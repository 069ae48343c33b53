import type { ContainerSpec, ResourceSpec, Ulimit } from '@runcible/interface'
import { parsePairsStrictly } from '../../parse/key-value.ts'
import { parseSize, parseSizeOrUnlimited } from '../../parse/size.ts'
import { UsageError } from '../../usage-error.ts'
import { type Flag, grouped } from '../flag.ts'
import type { FlagValues } from '../values.ts'
import { parseDeviceRule, readDeviceLimits } from './device-limits.ts'
import { atLeast, type FlagGroup, givenBool, onlyGiven } from './group.ts'

/** Limits that `update` changes too. */
export const limitFlags: readonly Flag[] = grouped('Resources', [
  { name: 'memory', short: 'm', kind: 'string', value: 'size', help: 'Limit of memory' },
  {
    name: 'memory-reservation',
    kind: 'string',
    value: 'size',
    help: 'Memory that is left to it when the host runs short'
  },
  { name: 'memory-swap', kind: 'string', value: 'size', help: 'Limit of memory and swap together, -1 for none' },
  { name: 'cpus', kind: 'float', value: 'number', help: 'Limit of CPUs, for example 1.5' },
  { name: 'cpu-shares', short: 'c', kind: 'int', value: 'weight', help: 'Relative weight when CPUs are short' },
  { name: 'cpu-period', kind: 'int', value: 'µs', help: 'Length of a scheduling period' },
  { name: 'cpu-quota', kind: 'int', value: 'µs', help: 'CPU time per period' },
  { name: 'cpuset-cpus', kind: 'string', value: 'list', help: 'CPUs it may use, for example 0-2,4' },
  { name: 'cpuset-mems', kind: 'string', value: 'list', help: 'Memory nodes it may use' },
  { name: 'pids-limit', kind: 'int', value: 'number', help: 'Limit of processes, -1 for none' },
  {
    name: 'memory-swappiness',
    kind: 'int',
    value: '0-100',
    help: 'How willingly its memory is swapped out (cgroup v1)'
  },
  { name: 'cpu-rt-period', kind: 'int', value: 'µs', help: 'Length of a real-time period (cgroup v1)' },
  { name: 'cpu-rt-runtime', kind: 'int', value: 'µs', help: 'Real-time CPU time per period (cgroup v1)' },
  { name: 'blkio-weight', kind: 'int', value: '10-1000', help: 'Relative weight when block devices are busy' },
  { name: 'blkio-weight-device', kind: 'list', value: 'device:weight', help: 'The same for one device' },
  { name: 'device-read-bps', kind: 'list', value: 'device:size', help: 'Limit of bytes read from a device per second' },
  { name: 'device-read-iops', kind: 'list', value: 'device:count', help: 'Limit of reads from a device per second' },
  {
    name: 'device-write-bps',
    kind: 'list',
    value: 'device:size',
    help: 'Limit of bytes written to a device per second'
  },
  { name: 'device-write-iops', kind: 'list', value: 'device:count', help: 'Limit of writes to a device per second' }
])

/** Limits. */
export const resourceFlags: FlagGroup = {
  flags: [
    ...limitFlags,
    ...grouped('Resources', [
      {
        name: 'oom-score-adj',
        kind: 'int',
        value: 'number',
        help: 'How willingly the kernel kills it when memory is out, -1000 to 1000'
      },
      { name: 'oom-kill-disable', kind: 'bool', help: 'Do not kill it when memory is out' },
      {
        name: 'ulimit',
        kind: 'csv',
        value: 'name=soft[:hard]',
        help: 'Limit of a process, for example nofile=1024:2048'
      },
      { name: 'sysctl', kind: 'csv', value: 'name=value', help: 'Kernel parameter of its namespaces' },
      {
        name: 'device-cgroup-rule',
        kind: 'list',
        value: 'rule',
        help: "Rule of the device cgroup, for example 'c 42:* rwm'"
      },
      { name: 'cgroup-parent', kind: 'string', value: 'path', help: 'Control group to make its own in' },
      { name: 'cgroups', kind: 'string', value: 'mode', help: 'enabled or no-conmon: limits by control groups' },
      { name: 'cgroup-conf', kind: 'csv', value: 'file=value', help: 'Write a file of its control group (cgroup v2)' }
    ])
  ],
  read(values): Partial<ContainerSpec> {
    checkCgroups(values.text('cgroups'))
    return onlyGiven<Partial<ContainerSpec>>({
      resources: onlyGiven<ResourceSpec>({
        ...readLimits(values),
        oomKillDisable: givenBool(values, 'oom-kill-disable'),
        oomScoreAdj: oomScore(values),
        unified: parsePairsStrictly(values.list('cgroup-conf'), '--cgroup-conf')
      }),
      ulimits: values.list('ulimit').map(parseUlimit),
      sysctls: parsePairsStrictly(values.list('sysctl'), '--sysctl'),
      deviceCgroupRules: values.list('device-cgroup-rule').map(parseDeviceRule),
      cgroupParent: values.text('cgroup-parent')
    })
  }
}

/** The limits of `limitFlags` that were given. @throws UsageError */
export function readLimits(values: FlagValues): ResourceSpec {
  const size = (name: string, parse = parseSize): number | undefined => {
    const text = values.text(name)
    return text === undefined ? undefined : parse(text, `--${name}`)
  }
  const cpus = values.number('cpus')
  const quota = values.number('cpu-quota')
  const period = atLeast(values, 'cpu-period', 0)
  if (cpus !== undefined && (quota !== undefined || period !== undefined)) {
    throw new UsageError('--cpus excludes --cpu-period and --cpu-quota')
  }
  if (cpus !== undefined && cpus < 0) throw new UsageError(`invalid value for --cpus: ${cpus} is below 0`)
  return onlyGiven<ResourceSpec>({
    memory: size('memory'),
    memoryReservation: size('memory-reservation'),
    memorySwap: size('memory-swap', parseSizeOrUnlimited),
    cpus,
    cpuShares: atLeast(values, 'cpu-shares', 0),
    cpuPeriod: period,
    cpuQuota: quota,
    cpusetCpus: cpuList(values, 'cpuset-cpus'),
    cpusetMems: cpuList(values, 'cpuset-mems'),
    pidsLimit: values.number('pids-limit') === 0 ? -1 : atLeast(values, 'pids-limit', -1),
    memorySwappiness: swappiness(values),
    cpuRealtimePeriod: atLeast(values, 'cpu-rt-period', 0),
    cpuRealtimeRuntime: atLeast(values, 'cpu-rt-runtime', 0),
    blkioWeight: blkioWeight(values),
    ...readDeviceLimits(values)
  })
}

function swappiness(values: FlagValues): number | undefined {
  const value = atLeast(values, 'memory-swappiness', -1)
  if (value !== undefined && value > 100)
    throw new UsageError(`invalid value for --memory-swappiness: ${value} is above 100`)
  return value === -1 ? undefined : value
}

function blkioWeight(values: FlagValues): number | undefined {
  const weight = values.number('blkio-weight')
  if (weight === undefined || weight === 0 || (weight >= 10 && weight <= 1000)) return weight
  throw new UsageError(`invalid value for --blkio-weight: ${weight} is not from 10 to 1000`)
}

function oomScore(values: FlagValues): number | undefined {
  const score = atLeast(values, 'oom-score-adj', -1000)
  if (score !== undefined && score > 1000)
    throw new UsageError(`invalid value for --oom-score-adj: ${score} is above 1000`)
  return score
}

function cpuList(values: FlagValues, name: string): string | undefined {
  const text = values.text(name)
  if (text === undefined || /^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(text)) return text
  throw new UsageError(`invalid value for --${name}: "${text}" is not a list like 0-2,4`)
}

/** The engine does not put its monitor into a group of its own, so that two of the modes are one. */
function checkCgroups(mode: string | undefined): void {
  if (mode === undefined || mode === 'enabled' || mode === 'no-conmon') return
  if (mode === 'disabled' || mode === 'split')
    throw new UsageError(`--cgroups=${mode} is not supported: containers have control groups of their own`)
  throw new UsageError(`invalid value for --cgroups: "${mode}" is not enabled or no-conmon`)
}

const ulimitNames = [
  'as',
  'core',
  'cpu',
  'data',
  'fsize',
  'locks',
  'memlock',
  'msgqueue',
  'nice',
  'nofile',
  'nproc',
  'rss',
  'rtprio',
  'rttime',
  'sigpending',
  'stack'
]

/** @throws UsageError */
export function parseUlimit(text: string): Ulimit {
  const match = /^([a-z_]+)=(-1|unlimited|\d+)(?::(-1|unlimited|\d+))?$/i.exec(text)
  const name = match?.[1]!.toLowerCase().replace(/^rlimit_/, '')
  if (match === null || name === undefined)
    throw new UsageError(`invalid value for --ulimit: "${text}" is not name=soft[:hard]`)
  if (!ulimitNames.includes(name))
    throw new UsageError(`invalid value for --ulimit: unknown limit "${name}"; known are ${ulimitNames.join(', ')}`)
  const soft = limit(match[2]!)
  const hard = limit(match[3] ?? match[2]!)
  const above = (one: number, other: number): boolean => other !== -1 && (one === -1 || one > other)
  if (above(soft, hard))
    throw new UsageError(`invalid value for --ulimit: "${text}": the soft limit is above the hard one`)
  return { name, soft, hard }
}

function limit(text: string): number {
  const value = text === 'unlimited' ? -1 : Number(text)
  if (!Number.isSafeInteger(value))
    throw new UsageError(`invalid value for --ulimit: ${text} is too large; use unlimited`)
  return value
}
