import type { ContainerSpec, ResourceSpec, Ulimit } from '@runcible/interface'
import { parsePairs } from '../../parse/key-value.ts'
import { parseSize, parseSizeOrUnlimited } from '../../parse/size.ts'
import { UsageError } from '../../usage-error.ts'
import { grouped } from '../flag.ts'
import type { FlagValues } from '../values.ts'
import { atLeast, type FlagGroup, givenBool, onlyGiven } from './group.ts'

/** Limits. */
export const resourceFlags: FlagGroup = {
  flags: grouped('Resources', [
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
    { name: 'sysctl', kind: 'csv', value: 'name=value', help: 'Kernel parameter of its namespaces' }
  ]),
  read(values): Partial<ContainerSpec> {
    return onlyGiven<Partial<ContainerSpec>>({
      resources: readResources(values),
      ulimits: values.list('ulimit').map(parseUlimit),
      sysctls: readSysctls(values)
    })
  }
}

function readResources(values: FlagValues): ResourceSpec {
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
    oomKillDisable: givenBool(values, 'oom-kill-disable'),
    oomScoreAdj: oomScore(values)
  })
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

function readSysctls(values: FlagValues): Readonly<Record<string, string>> {
  const words = values.list('sysctl')
  const bare = words.find((word) => !word.includes('='))
  if (bare !== undefined) throw new UsageError(`invalid value for --sysctl: "${bare}" is not name=value`)
  return parsePairs(words, '--sysctl')
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
