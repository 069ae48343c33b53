import { SpecError } from '../spec-error.ts'
import type { InputDevice, SpecInput } from './input.ts'
import type { DeviceRule, SpecDevice } from './linux.ts'

type DeviceInput = Pick<SpecInput, 'devices' | 'deviceRules' | 'privileged'>

/** The device nodes to make; the runtime adds the standard ones (null, zero, full, random, urandom, tty, ptmx) itself. */
export function buildDevices({ devices = [] }: DeviceInput): readonly SpecDevice[] {
  const byPath = new Map<string, SpecDevice>()
  for (const { access, ...device } of devices) {
    checkAccess(access)
    if (!device.path.startsWith('/dev/') || device.path.split('/').includes('..')) {
      throw new SpecError(
        `device path ${JSON.stringify(device.path.slice(0, 200))} is not below /dev`,
        '/linux/devices'
      )
    }
    byPath.set(device.path, device)
  }
  return [...byPath.values()]
}

/** The allow-list of the device cgroup: nothing, then what was asked for; everything when privileged. */
export function buildDeviceRules(input: DeviceInput): readonly DeviceRule[] {
  if (input.privileged === true) return [{ allow: true, type: 'a', access: 'rwm' }]
  const rules = input.deviceRules ?? []
  for (const rule of rules) checkAccess(rule.access)
  return [{ allow: false, type: 'a', access: 'rwm' }, ...(input.devices ?? []).flatMap(deviceRule), ...rules]
}

function deviceRule(device: InputDevice): readonly DeviceRule[] {
  if (device.type === 'p' || device.major === undefined || device.minor === undefined) return []
  const type = device.type === 'b' ? 'b' : 'c'
  return [{ allow: true, type, major: device.major, minor: device.minor, access: device.access ?? 'rwm' }]
}

function checkAccess(access: string | undefined): void {
  if (access !== undefined && !(/^[rwm]{1,3}$/.test(access) && new Set(access).size === access.length)) {
    throw new SpecError(
      `${JSON.stringify(access.slice(0, 20))} is not an access like "rwm"`,
      '/linux/resources/devices'
    )
  }
}
