import { readdirSync, statSync, type Stats } from 'node:fs'
import { posix } from 'node:path'
import type { InputDevice } from '@runcible/oci-spec'
import { EngineError, type DeviceSpec } from '@runcible/interface'

/** Splits a device number as gnu_dev_major(3) and gnu_dev_minor(3) do. */
export function deviceNumbers(device: number): { readonly major: number; readonly minor: number } {
  const number = BigInt(device)
  return {
    major: Number(((number >> 8n) & 0xfffn) | ((number >> 32n) & 0xfffff000n)),
    minor: Number((number & 0xffn) | ((number >> 12n) & 0xffffff00n))
  }
}

function deviceOf(target: string, stats: Stats, access: string): InputDevice {
  return {
    type: stats.isBlockDevice() ? 'b' : 'c',
    path: target,
    ...deviceNumbers(stats.rdev),
    fileMode: stats.mode & 0o777,
    uid: stats.uid,
    gid: stats.gid,
    access
  }
}

const isDevice = (stats: Stats) => stats.isBlockDevice() || stats.isCharacterDevice()

/** The host's devices that were asked for; a directory stands for every device in it. `not-found`, `invalid-argument`. */
export function resolveDevices(devices: readonly DeviceSpec[]): readonly InputDevice[] {
  return devices.flatMap(({ path, target, permissions }) => {
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats === undefined)
      throw new EngineError('not-found', `no such device: ${path}`, { hint: 'devices are named as on the host' })
    if (isDevice(stats)) return [deviceOf(target, stats, permissions)]
    if (!stats.isDirectory()) throw new EngineError('invalid-argument', `${path} is not a device`)
    return readdirSync(path).flatMap((name) => {
      const inner = statSync(posix.join(path, name), { throwIfNoEntry: false })
      return inner && isDevice(inner) ? [deviceOf(posix.join(target, name), inner, permissions)] : []
    })
  })
}

/** Every device of the host's /dev, for a privileged container; terminals stay the host's. */
export function hostDevices(): readonly InputDevice[] {
  const skipped = /^\/dev\/(pts|shm|mqueue|fd|console|tty\d*|ptmx)$/
  const walk = (directory: string): readonly InputDevice[] =>
    readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
      const path = posix.join(directory, entry.name)
      if (skipped.test(path) || entry.isSymbolicLink()) return []
      if (entry.isDirectory()) return walk(path)
      const stats = statSync(path, { throwIfNoEntry: false })
      return stats && isDevice(stats) ? [deviceOf(path, stats, 'rwm')] : []
    })
  return walk('/dev')
}
