import { SpecError } from '../spec-error.ts'
import { defaultPidsLimit } from './defaults.ts'
import { buildDeviceRules } from './devices.ts'
import type { SpecInput } from './input.ts'
import type { LinuxResources } from './linux.ts'

type ResourceInput = Pick<SpecInput, 'resources' | 'cgroupMode' | 'devices' | 'deviceRules' | 'privileged'>

/**
 * The cgroup limits, with the device allow-list and the default limit of processes.
 *
 * @throws SpecError for a value out of range, and for one that the host's cgroups do not know.
 */
export function buildResources(input: ResourceInput): LinuxResources {
  const { pids, ...rest } = input.resources ?? {}
  checkResources(input.resources ?? {}, input.cgroupMode)
  const limit = pids?.limit ?? defaultPidsLimit
  return { devices: buildDeviceRules(input), ...rest, ...(limit > 0 ? { pids: { limit } } : {}) }
}

const where = '/linux/resources'

/** @throws SpecError for a value out of range, and for one that the host's cgroups do not know. */
export function checkResources(resources: Omit<LinuxResources, 'devices'>, mode: SpecInput['cgroupMode']): void {
  checkMode(resources, mode)
  checkMemory(resources)
  checkCpu(resources)
  checkBlockIo(resources)
  const limit = resources.pids?.limit
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < -1))
    throw new SpecError(`${limit} is not a number of processes`, `${where}/pids`)
}

function checkMode({ memory, cpu, unified, network }: LinuxResources, mode: SpecInput['cgroupMode']): void {
  const v1Only: Readonly<Record<string, unknown>> = {
    'memory swappiness': memory?.swappiness,
    'kernel memory limit': memory?.kernel,
    'disabling the OOM killer': memory?.disableOOMKiller || undefined,
    'real-time CPU period': cpu?.realtimePeriod,
    'real-time CPU runtime': cpu?.realtimeRuntime,
    'network class': network?.classID
  }
  const unknown = mode === 'v2' ? Object.entries(v1Only).find(([, value]) => value !== undefined)?.[0] : undefined
  if (unknown !== undefined) throw new SpecError(`${unknown} needs cgroup v1, and this host has v2`, where)
  if (mode !== 'v2' && unified !== undefined && Object.keys(unified).length > 0) {
    throw new SpecError('values of cgroup v2 files need cgroup v2, and this host has v1', `${where}/unified`)
  }
}

function checkMemory({ memory }: LinuxResources): void {
  if (memory === undefined) return
  for (const [name, value] of Object.entries({
    limit: memory.limit,
    reservation: memory.reservation,
    swap: memory.swap
  })) {
    if (value !== undefined && (!Number.isSafeInteger(value) || value < -1)) {
      throw new SpecError(`${value} is not a number of bytes`, `${where}/memory/${name}`)
    }
  }
  // 0 is no limit, as -1 is.
  const [limit, reservation, swap] = [memory.limit || -1, memory.reservation || -1, memory.swap || -1]
  if (swap >= 0 && limit < 0) throw new SpecError('a swap limit needs a memory limit', `${where}/memory/swap`)
  if (swap >= 0 && swap < limit) {
    throw new SpecError('the limit of memory plus swap is below the memory limit', `${where}/memory/swap`)
  }
  if (limit >= 0 && reservation > limit) {
    throw new SpecError('the memory reservation is above the memory limit', `${where}/memory/reservation`)
  }
  const { swappiness } = memory
  if (swappiness !== undefined && !(Number.isInteger(swappiness) && swappiness >= 0 && swappiness <= 100)) {
    throw new SpecError(`${swappiness} is not a swappiness from 0 to 100`, `${where}/memory/swappiness`)
  }
}

const cpuList = /^\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*$/

function checkCpu({ cpu }: LinuxResources): void {
  if (cpu === undefined) return
  for (const key of ['cpus', 'mems'] as const) {
    const list = cpu[key]
    if (list !== undefined && list !== '' && !(list.length < 4096 && cpuList.test(list))) {
      throw new SpecError(`${JSON.stringify(list.slice(0, 40))} is not a list like 0-3,7`, `${where}/cpu/${key}`)
    }
  }
  const { period, quota } = cpu
  // The kernel takes periods from 1 ms to 1 s and quotas from 1 ms.
  if (period !== undefined && period !== 0 && (period < 1000 || period > 1_000_000)) {
    throw new SpecError(`${period} is not a CPU period from 1000 to 1000000 microseconds`, `${where}/cpu/period`)
  }
  if (quota !== undefined && quota > 0 && quota < 1000) {
    throw new SpecError(`${quota} is not a CPU quota of at least 1000 microseconds`, `${where}/cpu/quota`)
  }
}

const isRate = (rate: number): boolean => Number.isSafeInteger(rate) && rate >= 0

/** Weights as blkio.weight of cgroup v1 has them; runtimes convert them for v2. */
const isWeight = (weight: number): boolean =>
  weight === 0 || (Number.isInteger(weight) && weight >= 10 && weight <= 1000)

function checkBlockIo({ blockIO }: LinuxResources): void {
  if (blockIO === undefined) return
  const weights = [blockIO.weight, ...(blockIO.weightDevice ?? []).map(({ weight }) => weight)]
  const wrongWeight = weights.find((weight) => weight !== undefined && !isWeight(weight))
  if (wrongWeight !== undefined)
    throw new SpecError(`${wrongWeight} is not a weight from 10 to 1000`, `${where}/blockIO/weight`)
  for (const key of [
    'throttleReadBpsDevice',
    'throttleWriteBpsDevice',
    'throttleReadIOPSDevice',
    'throttleWriteIOPSDevice'
  ] as const) {
    const wrong = blockIO[key]?.find(({ rate }) => !isRate(rate))
    if (wrong !== undefined) throw new SpecError(`${wrong.rate} is not a rate per second`, `${where}/blockIO/${key}`)
  }
}
