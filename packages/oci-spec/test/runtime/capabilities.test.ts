import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  allCapabilities,
  capabilitiesFromMask,
  defaultCapabilities,
  parseCapability,
  resolveCapabilities
} from '../../src/index.ts'

describe('resolveCapabilities', () => {
  it("is Podman's default set when nothing is asked for", () => {
    expect(resolveCapabilities({})).toEqual([...defaultCapabilities].sort())
    expect(resolveCapabilities({})).toHaveLength(11)
  })

  it('adds and drops by name in any spelling', () => {
    const caps = resolveCapabilities({ add: ['net_raw', 'CAP_Sys_Time'], drop: ['chown', 'cap_kill'] })
    expect(caps).toEqual(expect.arrayContaining(['CAP_NET_RAW', 'CAP_SYS_TIME']))
    expect(caps).not.toContain('CAP_CHOWN')
    expect(caps).toHaveLength(11)
  })

  it('lets names win over ALL', () => {
    expect(resolveCapabilities({ drop: ['all'], add: ['NET_ADMIN'] })).toEqual(['CAP_NET_ADMIN'])
    const most = resolveCapabilities({ add: ['ALL'], drop: ['SYS_ADMIN'] })
    expect(most).toHaveLength(allCapabilities.length - 1)
    expect(resolveCapabilities({ privileged: true })).toHaveLength(allCapabilities.length)
    expect(resolveCapabilities({ privileged: true, drop: ['ALL'] })).toEqual([])
  })

  it('refuses unknown names and contradictions', () => {
    expect(() => resolveCapabilities({ add: ['CAP_FLY'] })).toThrow(/no capability "CAP_FLY"/)
    expect(() => resolveCapabilities({ add: ['KILL'], drop: ['kill'] })).toThrow(/both added and dropped/)
    expect(() => resolveCapabilities({ add: ['ALL'], drop: ['ALL'] })).toThrow(/both added and dropped/)
    expect(() => parseCapability('constructor')).toThrow(/no capability/)
  })

  it('never leaves the bounding set of the process', () => {
    const some = fc.subarray([...allCapabilities])
    fc.assert(
      fc.property(some, some, some, fc.boolean(), (bounding, add, drop, privileged) => {
        const wanted = add.filter((name) => !drop.includes(name))
        const result = resolveCapabilities({ add: wanted, drop, privileged, bounding })
        expect(result.every((name) => bounding.includes(name) && !drop.includes(name))).toBe(true)
        expect(wanted.filter((name) => bounding.includes(name)).every((name) => result.includes(name))).toBe(true)
      })
    )
  })
})

describe('capabilitiesFromMask', () => {
  it('names the bits of /proc/self/status', () => {
    expect(capabilitiesFromMask('00000000800405fb')).toEqual(expect.arrayContaining([...defaultCapabilities]))
    expect(capabilitiesFromMask('00000000800405fb')).toHaveLength(11)
    expect(capabilitiesFromMask('000001ffffffffff')).toEqual(allCapabilities)
    expect(capabilitiesFromMask('0')).toEqual([])
    expect(() => capabilitiesFromMask('xyz')).toThrow(/not a capability mask/)
  })
})
