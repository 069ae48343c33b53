import { describe, expect, it } from 'vitest'
import { buildDeviceRules, buildDevices } from '../../src/runtime/devices.ts'

const fuse = { type: 'c', path: '/dev/fuse', major: 10, minor: 229, fileMode: 0o666, uid: 0, gid: 0 } as const

describe('devices', () => {
  it('denies everything that is not asked for', () => {
    expect(buildDeviceRules({})).toEqual([{ allow: false, type: 'a', access: 'rwm' }])
    expect(
      buildDeviceRules({
        devices: [{ ...fuse, access: 'rw' }],
        deviceRules: [{ allow: true, type: 'b', major: 8, access: 'r' }]
      })
    ).toEqual([
      { allow: false, type: 'a', access: 'rwm' },
      { allow: true, type: 'c', major: 10, minor: 229, access: 'rw' },
      { allow: true, type: 'b', major: 8, access: 'r' }
    ])
  })

  it('allows everything to privileged containers', () => {
    expect(buildDeviceRules({ privileged: true })).toEqual([{ allow: true, type: 'a', access: 'rwm' }])
  })

  it('makes each node once, without the access that only the cgroup knows', () => {
    expect(
      buildDevices({
        devices: [
          { ...fuse, minor: 1 },
          { ...fuse, access: 'r' }
        ]
      })
    ).toEqual([fuse])
  })

  it('refuses paths outside /dev and unknown accesses', () => {
    expect(() => buildDevices({ devices: [{ ...fuse, path: '/dev/../etc/x' }] })).toThrow(/not below \/dev/)
    expect(() => buildDevices({ devices: [{ ...fuse, path: '/etc/x' }] })).toThrow(/not below \/dev/)
    expect(() => buildDevices({ devices: [{ ...fuse, access: 'rr' }] })).toThrow(/not an access/)
    expect(() => buildDeviceRules({ deviceRules: [{ allow: true, access: 'x' }] })).toThrow(/not an access/)
  })
})
