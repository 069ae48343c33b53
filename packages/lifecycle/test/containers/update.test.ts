import { readdirSync, statSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { changedConfig } from '../../src/containers/update.ts'
import { fakeEngine } from '../support/fake-engine.ts'
import { configOf } from '../support/values.ts'

const mebibyte = 1024 * 1024

describe('changedConfig', () => {
  it('keeps what is not changed', () => {
    const config = configOf({ resources: { memory: 64 * mebibyte, cpuShares: 100 } })
    expect(changedConfig(config, {})).toEqual(config)
    expect(changedConfig(config, { resources: { cpus: 1.5 } }).resources).toEqual({
      ...config.resources,
      cpu: { shares: 100, period: 100_000, quota: 150_000 }
    })
  })

  it('lets the derived limit of swap follow the memory, and no other', () => {
    const derived = configOf({ resources: { memory: 64 * mebibyte } })
    expect(changedConfig(derived, { resources: { memory: 32 * mebibyte } }).resources.memory).toEqual({
      limit: 32 * mebibyte,
      swap: 64 * mebibyte
    })
    const own = configOf({ resources: { memory: 64 * mebibyte, memorySwap: 100 * mebibyte } })
    expect(changedConfig(own, { resources: { memory: 32 * mebibyte } }).resources.memory).toEqual({
      limit: 32 * mebibyte,
      swap: 100 * mebibyte
    })
  })

  it('changes environment and ulimits by name', () => {
    const config = configOf({ env: { A: '1', B: '2=3' }, ulimits: [{ name: 'core', soft: 1, hard: 1 }] })
    const changed = changedConfig(config, {
      env: { C: '4' },
      unsetEnv: ['A'],
      ulimits: [{ name: 'core', soft: 2, hard: 2 }]
    })
    expect(changed.env).toEqual([...config.env.filter((entry) => entry !== 'A=1'), 'C=4'])
    expect(changed.ulimits).toEqual([{ name: 'core', soft: 2, hard: 2 }])
  })

  it('refuses to restart what removes itself', () => {
    const config = configOf({ autoRemove: true })
    expect(() => changedConfig(config, { restart: { name: 'always' } })).toThrow(/cannot be restarted/)
    expect(changedConfig(config, { restart: { name: 'no' } }).restart).toEqual({ name: 'no' })
  })
})

describe('limits of block devices', () => {
  it('refuse what is not one', () => {
    const read = (path: string) => () => configOf({ resources: { deviceReadBps: [{ path, value: 1 }] } })
    expect(read('/dev/null')).toThrow(/not a block device/)
    expect(read('/dev/nothing-here')).toThrow(/no such device/)
  })

  it.runIf(readdirSync('/dev').some((name) => statSync(`/dev/${name}`, { throwIfNoEntry: false })?.isBlockDevice()))(
    'go by number, the last word on a device counting',
    () => {
      const name = readdirSync('/dev').find((one) =>
        statSync(`/dev/${one}`, { throwIfNoEntry: false })?.isBlockDevice()
      )
      const path = `/dev/${name}`
      const config = configOf({ resources: { deviceReadBps: [{ path, value: 1024 }] } })
      const [first] = config.resources.blockIO?.throttleReadBpsDevice ?? []
      expect(config.blockDevices).toEqual({ [`${first?.major}:${first?.minor}`]: path })
      const changed = changedConfig(config, { resources: { deviceReadBps: [{ path, value: 2048 }] } })
      expect(changed.resources.blockIO?.throttleReadBpsDevice).toEqual([{ ...first, rate: 2048 }])
    }
  )
})

describe('an engine', () => {
  it('records a change, tells the runtime where the container runs, and publishes it', async () => {
    await using bench = await fakeEngine()
    const { containers } = bench.engine
    const { id } = await containers.create({ image: bench.image, command: ['sleep', '100'] })
    await containers.update(id, { resources: { memory: 64 * mebibyte }, restart: { name: 'always' } })
    await containers.start(id)
    const limit = async () => (await (await bench.parts.runtime.load(id)).stats()).memoryLimit
    expect(await limit()).toBe(64 * mebibyte)
    const updated = await containers.update(id, { resources: { memory: 128 * mebibyte } })
    expect(await limit()).toBe(128 * mebibyte)
    expect(updated.config).toMatchObject({
      resources: { memory: { limit: 128 * mebibyte } },
      restart: { name: 'always' }
    })
    const actions: string[] = []
    await pause(2)
    const stored = { since: 0n, until: BigInt(Date.now()) * 1_000_000n }
    for await (const { action } of bench.engine.events.subscribe(stored)) actions.push(action)
    expect(actions.filter((action) => action === 'update')).toHaveLength(2)
    expect((await containers.inspect(id)).config).toEqual(updated.config)
  })

  it('changes nothing when the change is refused', async () => {
    await using bench = await fakeEngine()
    const { containers } = bench.engine
    const { id, config } = await containers.create({ image: bench.image, command: ['sleep', '100'] })
    await expect(
      containers.update(id, { resources: { memory: 64 * mebibyte, memorySwap: mebibyte } })
    ).rejects.toMatchObject({ code: 'invalid-argument' })
    await expect(containers.update(id, { resources: { memorySwappiness: 10 } })).rejects.toThrow(/cgroup v1/)
    expect((await containers.inspect(id)).config).toEqual(config)
  })

  it('refuses at once what this host does not have', async () => {
    await using bench = await fakeEngine()
    const create = (resources: object) => bench.engine.containers.create({ image: bench.image, resources })
    await expect(create({ memorySwappiness: 10 })).rejects.toMatchObject({ code: 'invalid-argument' })
    await expect(create({ unified: { 'memory.high': '1' } })).resolves.toBeDefined()
  })
})
