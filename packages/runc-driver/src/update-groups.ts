import { EngineError } from '@runcible/interface'
import type { BlockIoResources, LinuxResources, ThrottleDevice } from '@runcible/oci-spec'
import type { Linux } from '@runcible/linux'
import { legacyGroup, unifiedGroup, type Groups } from './cgroup-files.ts'

const throttles = [
  ['throttleReadBpsDevice', 'blkio.throttle.read_bps_device', 'rbps'],
  ['throttleReadIOPSDevice', 'blkio.throttle.read_iops_device', 'riops'],
  ['throttleWriteBpsDevice', 'blkio.throttle.write_bps_device', 'wbps'],
  ['throttleWriteIOPSDevice', 'blkio.throttle.write_iops_device', 'wiops']
] as const satisfies readonly (readonly [keyof BlockIoResources, string, string])[]

interface Write {
  /** The first of these that there is. */
  readonly files: readonly string[]
  readonly value: string
  readonly what: string
}

const deviceOf = ({ major, minor }: { readonly major: number; readonly minor: number }) => `${major}:${minor}`

const throttleWrite = (device: ThrottleDevice, file: string, key: string, legacy: boolean): Write => ({
  files: [legacy ? file : 'io.max'],
  value: legacy
    ? `${deviceOf(device)} ${device.rate}`
    : `${deviceOf(device)} ${key}=${device.rate === 0 ? 'max' : device.rate}`,
  what: 'limits of block devices'
})

/** What `runc update` passes over: limits of single block devices, and swappiness. Of cgroup v1 if `legacy`. */
export const writesOf = ({ blockIO }: LinuxResources, legacy: boolean): readonly Write[] => [
  ...throttles.flatMap(([name, file, key]) =>
    (blockIO?.[name] ?? []).map((device) => throttleWrite(device, file, key, legacy))
  ),
  ...(blockIO?.weightDevice ?? []).flatMap((device) =>
    device.weight === undefined
      ? []
      : [
          {
            files: legacy ? ['blkio.weight_device', 'blkio.bfq.weight_device'] : ['io.bfq.weight'],
            value: `${deviceOf(device)} ${device.weight}`,
            what: 'weights of block devices'
          }
        ]
  )
]

const write = (linux: Linux, group: string | undefined, { files, value, what }: Write): void => {
  const file = files.find((name) => group !== undefined && linux.cgroup.read(group, name) !== undefined)
  if (group === undefined || file === undefined)
    throw new EngineError('unsupported', `${what} are not known to this kernel: there is no ${files.join(' or ')}`)
  try {
    linux.cgroup.write(group, file, value)
  } catch (error) {
    throw new EngineError('invalid-argument', `${file} does not take ${value}: ${(error as Error).message}`, {
      cause: error
    })
  }
}

/** Writes the limits that `runc update` passes over into the groups of a running container. */
export const updateGroups = (linux: Linux, groups: Groups, resources: LinuxResources): void => {
  const block = legacyGroup(linux, groups, 'blkio')
  for (const one of writesOf(resources, block !== undefined)) write(linux, block ?? unifiedGroup(linux, groups), one)
  const swappiness = resources.memory?.swappiness
  if (swappiness === undefined) return
  const memory = legacyGroup(linux, groups, 'memory')
  write(linux, memory, { files: ['memory.swappiness'], value: `${swappiness}`, what: 'swappiness of single groups' })
}
