import { describe, expect, it } from 'vitest'
import { defaultMaskedPaths, defaultReadonlyPaths } from '../../src/index.ts'
import { protectedPaths } from '../../src/runtime/protected-paths.ts'

describe('protectedPaths', () => {
  it('hides the union of what the peers hide', () => {
    expect(protectedPaths({})).toEqual({ masked: defaultMaskedPaths, readonly: defaultReadonlyPaths })
    expect(protectedPaths({ cpuCount: 2 }).masked).toContain('/sys/devices/system/cpu/cpu1/thermal_throttle')
  })

  it('adds and takes away paths', () => {
    expect(
      protectedPaths({ mask: ['/proc/x', '/proc/keys'] }).masked.filter((path) => path === '/proc/keys')
    ).toHaveLength(1)
    expect(protectedPaths({ unmask: ['/proc/kcore'] }).masked).not.toContain('/proc/kcore')
    expect(protectedPaths({ unmask: ['/proc/*'] }).readonly).toEqual([])
    expect(protectedPaths({ unmask: ['/proc/*'] }).masked.every((path) => path.startsWith('/sys/'))).toBe(true)
    expect(protectedPaths({ unmask: ['all'], mask: ['/proc/x'] })).toEqual({ masked: ['/proc/x'], readonly: [] })
    expect(() => protectedPaths({ mask: ['proc'] })).toThrow(/not an absolute path/)
  })

  it('hides nothing from privileged containers', () => {
    expect(protectedPaths({ privileged: true })).toEqual({ masked: [], readonly: [] })
  })
})
