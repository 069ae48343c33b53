import { describe, expect, it } from 'vitest'
import { parseNetworkDevices } from '../../src/containers/stats.ts'
import { fakeEngine } from '../support/fake-engine.ts'

describe('containers.stats', () => {
  it('is zero when the container does not run', async () => {
    await using made = await fakeEngine()
    const { containers } = made.engine
    const { id, name } = await containers.create({ image: 'busybox' })
    const stats = await containers.stats(name)
    expect(stats).toMatchObject({ id, name, cpuUsage: 0, memoryLimit: 0, pids: 0, interfaces: [] })
    expect(stats.startedAt).toBeUndefined()
    await expect(containers.stats('nope')).rejects.toMatchObject({ code: 'not-found' })
    await expect(containers.stats(name, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' })
  })

  it('is what the runtime says when it runs, also while another has the lock', async () => {
    await using made = await fakeEngine()
    const { containers } = made.engine
    const { id } = await containers.create({ image: 'busybox', command: ['sleep', '100'], network: { mode: 'host' } })
    await containers.start(id)
    await using _lock = await made.parts.state.lock(`container-${id}`)
    const stats = await containers.stats(id)
    expect(stats).toMatchObject({ cpuUsage: 1_000_000, pids: 1, interfaces: [] })
    expect(stats.time).toBeGreaterThanOrEqual(stats.startedAt ?? Infinity)
  })
})

describe('parseNetworkDevices', () => {
  it('reads bytes of every interface but the loopback', () => {
    const text = [
      'Inter-|   Receive                                                |  Transmit',
      ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
      '    lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0',
      '  eth0:    1736      12    0    0    0     0          0         0      516       6    0    0    0     0       0          0',
      'veth.1:5 1 0 0 0 0 0 0 7 1 0 0 0 0 0 0',
      ''
    ]
    expect(parseNetworkDevices(text.join('\n'))).toEqual([
      { interface: 'eth0', received: 1736, sent: 516 },
      { interface: 'veth.1', received: 5, sent: 7 }
    ])
    expect(parseNetworkDevices('')).toEqual([])
  })
})
