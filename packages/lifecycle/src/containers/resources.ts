import { statSync } from 'node:fs'
import {
  checkResources,
  SpecError,
  type BlockIoResources,
  type CgroupMode,
  type LinuxResources
} from '@runcible/oci-spec'
import { EngineError, type ContainerConfig, type DeviceLimit, type ResourceSpec } from '@runcible/interface'
import { deviceNumbers } from './devices.ts'

/** CFS period when only a number of CPUs is given, in microseconds: cpu.cfs_period_us. */
const defaultPeriod = 100_000

type Limits = Pick<ContainerConfig, 'resources' | 'blockDevices'>

/**
 * The limits of a container after what was asked for, over those it has. Pure, but for block devices that are named.
 * `invalid-argument`, `not-found` for a device.
 */
export function changeResources(current: Limits, asked: ResourceSpec): Limits {
  const { resources } = current
  const memory = memoryOf(resources.memory, asked)
  const cpu = cpuOf(resources.cpu, asked)
  const { blockIO, blockDevices } = blockIoOf(current, asked)
  const limit = asked.pidsLimit ?? resources.pids?.limit
  const unified = asked.unified ?? resources.unified
  return {
    resources: {
      ...(memory ? { memory } : {}),
      ...(cpu ? { cpu } : {}),
      ...(blockIO ? { blockIO } : {}),
      ...(limit === undefined ? {} : { pids: { limit } }),
      ...(unified && Object.keys(unified).length > 0 ? { unified } : {})
    },
    ...(blockDevices ? { blockDevices } : {})
  }
}

/** Refuses what contradicts itself or what this host's cgroups do not have. `invalid-argument`. */
export function refuseWrongResources(resources: LinuxResources, mode: CgroupMode): void {
  try {
    checkResources(resources, mode)
  } catch (error) {
    if (!(error instanceof SpecError)) throw error
    throw new EngineError('invalid-argument', error.message.replace(`${error.path}: `, ''), { cause: error })
  }
}

function memoryOf(current: LinuxResources['memory'], asked: ResourceSpec): LinuxResources['memory'] {
  return defined({
    ...current,
    ...defined({
      limit: asked.memory,
      reservation: asked.memoryReservation,
      swap: asked.memorySwap ?? derivedSwap(current, asked.memory),
      swappiness: asked.memorySwappiness,
      disableOOMKiller: asked.oomKillDisable
    })
  })
}

/** As much swap as memory, where nobody has said otherwise. */
function derivedSwap(current: LinuxResources['memory'], memory: number | undefined): number | undefined {
  if (memory === undefined) return undefined
  const isDerived = current?.swap === undefined || current.swap === (current.limit ?? 0) * 2
  return isDerived ? memory * 2 : undefined
}

function cpuOf(current: LinuxResources['cpu'], asked: ResourceSpec): LinuxResources['cpu'] {
  const { cpus } = asked
  if (cpus !== undefined && (asked.cpuPeriod !== undefined || asked.cpuQuota !== undefined)) {
    throw new EngineError('invalid-argument', 'cpus and cpu-period or cpu-quota exclude each other')
  }
  return defined({
    ...current,
    ...defined({
      shares: asked.cpuShares,
      period: asked.cpuPeriod ?? (cpus === undefined ? undefined : defaultPeriod),
      quota: asked.cpuQuota ?? (cpus === undefined ? undefined : Math.round(cpus * defaultPeriod)),
      realtimePeriod: asked.cpuRealtimePeriod,
      realtimeRuntime: asked.cpuRealtimeRuntime,
      cpus: asked.cpusetCpus,
      mems: asked.cpusetMems
    })
  })
}

const throttles = {
  throttleReadBpsDevice: 'deviceReadBps',
  throttleReadIOPSDevice: 'deviceReadIops',
  throttleWriteBpsDevice: 'deviceWriteBps',
  throttleWriteIOPSDevice: 'deviceWriteIops'
} as const

interface BlockIo {
  readonly blockIO?: BlockIoResources | undefined
  readonly blockDevices?: ContainerConfig['blockDevices']
}

function blockIoOf({ resources, blockDevices }: Limits, asked: ResourceSpec): BlockIo {
  const known: Record<string, string> = { ...blockDevices }
  const locate = ({ path, value }: DeviceLimit) => {
    const { major, minor } = blockDevice(path)
    known[`${major}:${minor}`] = path
    return { major, minor, value }
  }
  const current = resources.blockIO
  const weights = asked.blkioWeightDevices?.map(locate).map(({ value, ...device }) => ({ ...device, weight: value }))
  const rates = Object.entries(throttles).map(([key, name]) => {
    const limits = asked[name]?.map(locate).map(({ value, ...device }) => ({ ...device, rate: value }))
    return [key, limits && overlaid(current?.[key as keyof typeof throttles], limits)] as const
  })
  const blockIO = defined<BlockIoResources>({
    ...current,
    ...defined({
      weight: asked.blkioWeight,
      weightDevice: weights && overlaid(current?.weightDevice, weights),
      ...Object.fromEntries(rates)
    })
  })
  return { blockIO, ...(Object.keys(known).length > 0 ? { blockDevices: known } : {}) }
}

/** The last word on a device counts. */
function overlaid<T extends { readonly major: number; readonly minor: number }>(
  current: readonly T[] | undefined,
  change: readonly T[]
): readonly T[] {
  const key = ({ major, minor }: T) => `${major}:${minor}`
  return [...new Map([...(current ?? []), ...change].map((one) => [key(one), one])).values()]
}

function blockDevice(path: string): { readonly major: number; readonly minor: number } {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined)
    throw new EngineError('not-found', `no such device: ${path}`, { hint: 'devices are named as on the host' })
  if (!stats.isBlockDevice()) throw new EngineError('invalid-argument', `${path} is not a block device`)
  return deviceNumbers(stats.rdev)
}

/** The object without its undefined fields; undefined when none is left. */
function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } | undefined {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined)
  return entries.length === 0
    ? undefined
    : (Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> })
}
