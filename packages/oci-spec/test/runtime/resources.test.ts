import { describe, expect, it } from 'vitest'
import { buildResources } from '../../src/runtime/resources.ts'

describe('buildResources', () => {
  it('limits processes unless told otherwise', () => {
    expect(buildResources({ cgroupMode: 'v2' }).pids).toEqual({ limit: 2048 })
    expect(buildResources({ cgroupMode: 'v2', resources: { pids: { limit: 5 } } }).pids).toEqual({ limit: 5 })
    expect(buildResources({ cgroupMode: 'v2', resources: { pids: { limit: -1 } } })).not.toHaveProperty('pids')
    expect(buildResources({ cgroupMode: 'v2', resources: { pids: { limit: 0 } } })).not.toHaveProperty('pids')
  })

  it('passes limits on', () => {
    const resources = {
      memory: { limit: 2 ** 26, swap: 2 ** 27 },
      cpu: { quota: 50_000, period: 100_000, cpus: '0-1,3' }
    }
    expect(buildResources({ cgroupMode: 'hybrid', resources })).toMatchObject(resources)
  })

  it.each([
    [{ memory: { swappiness: 1 } }, /needs cgroup v1/],
    [{ memory: { disableOOMKiller: true } }, /needs cgroup v1/],
    [{ memory: { limit: 1.5 } }, /not a number of bytes/],
    [{ memory: { swap: 5 } }, /needs a memory limit/],
    [{ memory: { limit: 0, swap: 5 } }, /needs a memory limit/],
    [{ memory: { limit: 10, swap: 5 } }, /below the memory limit/],
    [{ memory: { limit: 10, reservation: 11 } }, /above the memory limit/],
    [{ cpu: { cpus: '0;1' } }, /not a list/],
    [{ cpu: { period: 1 } }, /not a CPU period/],
    [{ cpu: { quota: 1 } }, /not a CPU quota/],
    [{ blockIO: { weight: 9 } }, /not a weight/],
    [{ blockIO: { weightDevice: [{ major: 8, minor: 0, weight: 1001 }] } }, /not a weight/],
    [{ blockIO: { throttleReadIOPSDevice: [{ major: 8, minor: 0, rate: -1 }] } }, /not a rate/],
    [{ cpu: { realtimeRuntime: 1 } }, /needs cgroup v1/],
    [{ pids: { limit: -2 } }, /not a number of processes/]
  ])('refuses %j', (resources, message) => {
    expect(() => buildResources({ cgroupMode: 'v2', resources })).toThrow(message)
  })

  it('takes 0 as no limit', () => {
    const memory = { limit: 0, swap: 0, reservation: 10 }
    expect(buildResources({ cgroupMode: 'v2', resources: { memory } }).memory).toEqual(memory)
  })

  it('passes limits of block devices on for cgroup v2', () => {
    const blockIO = { weight: 100, throttleWriteBpsDevice: [{ major: 8, minor: 0, rate: 1024 }] }
    expect(buildResources({ cgroupMode: 'v2', resources: { blockIO } }).blockIO).toEqual(blockIO)
  })

  it('knows what each cgroup version has', () => {
    const unified = { 'memory.high': '1' }
    expect(buildResources({ cgroupMode: 'v2', resources: { unified } }).unified).toEqual(unified)
    expect(() => buildResources({ cgroupMode: 'hybrid', resources: { unified } })).toThrow(/need cgroup v2/)
    expect(buildResources({ cgroupMode: 'v1', resources: { memory: { swappiness: 60 } } }).memory).toEqual({
      swappiness: 60
    })
  })
})
