import type { DeviceLimit, ResourceSpec } from '@runcible/interface'
import type { DeviceRule } from '@runcible/oci-spec'
import { parseSize } from '../../parse/size.ts'
import { UsageError } from '../../usage-error.ts'
import type { FlagValues } from '../values.ts'
import { onlyGiven } from './group.ts'

/** The limits of single block devices that were given. @throws UsageError */
export function readDeviceLimits(values: FlagValues): ResourceSpec {
  const read = (name: string, parse: (text: string, flag: string) => number): readonly DeviceLimit[] =>
    values.list(name).map((text) => deviceLimit(text, `--${name}`, parse))
  return onlyGiven<ResourceSpec>({
    blkioWeightDevices: read('blkio-weight-device', parseWeight),
    deviceReadBps: read('device-read-bps', parseSize),
    deviceReadIops: read('device-read-iops', parseCount),
    deviceWriteBps: read('device-write-bps', parseSize),
    deviceWriteIops: read('device-write-iops', parseCount)
  })
}

function deviceLimit(text: string, flag: string, parse: (text: string, flag: string) => number): DeviceLimit {
  const [, path, value] = /^(\/dev\/.+):([^:]+)$/.exec(text) ?? []
  if (path === undefined || value === undefined)
    throw new UsageError(`invalid value for ${flag}: "${text}" is not /dev/name:value`)
  return { path, value: parse(value, flag) }
}

function parseCount(text: string, flag: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(count)) throw new UsageError(`invalid value for ${flag}: "${text}" is not a count`)
  return count
}

function parseWeight(text: string, flag: string): number {
  const weight = parseCount(text, flag)
  if (weight !== 0 && (weight < 10 || weight > 1000))
    throw new UsageError(`invalid value for ${flag}: ${weight} is not from 10 to 1000`)
  return weight
}

/** `c 42:* rwm`, as cgroup v1's devices.allow has it. @throws UsageError */
export function parseDeviceRule(text: string): DeviceRule {
  const [, type, major, minor, access] = /^([abc]) (\d{1,10}|\*):(\d{1,10}|\*) ([rwm]{1,3})$/.exec(text.trim()) ?? []
  if (type === undefined || access === undefined || new Set(access).size !== access.length)
    throw new UsageError(`invalid value for --device-cgroup-rule: "${text}" is not a rule like "c 42:* rwm"`)
  return {
    allow: true,
    type: type as 'a' | 'b' | 'c',
    ...(major === '*' ? {} : { major: Number(major) }),
    ...(minor === '*' ? {} : { minor: Number(minor) }),
    access
  }
}
