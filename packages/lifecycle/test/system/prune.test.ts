import { describe, expect, it } from 'vitest'
import { fakeEngine } from '../support/fake-engine.ts'

const namesOf = async (list: Promise<readonly { readonly name: string }[]>) => (await list).map(({ name }) => name)

describe('prune', () => {
  it('removes volumes that no container has', async () => {
    await using made = await fakeEngine()
    const { volumes, containers } = made.engine
    for (const name of ['free', 'used']) await volumes.create({ name, labels: { [name]: 'yes' } })
    await volumes.create({ name: 'kept', labels: { keep: 'yes' } })
    await containers.create({
      image: 'busybox',
      mounts: [{ type: 'volume', source: 'used', target: '/u', options: [] }]
    })
    expect(await volumes.prune({ filters: { until: ['1h'] } })).toEqual([])
    expect(await volumes.prune({ filters: { dangling: ['false'] } })).toEqual([])
    expect(await volumes.prune({ filters: { 'label!': ['keep'] } })).toEqual(['free'])
    expect(await namesOf(volumes.list())).toEqual(expect.arrayContaining(['used', 'kept']))
    await expect(volumes.prune({ filters: { dangling: ['perhaps'] } })).rejects.toMatchObject({
      code: 'invalid-argument'
    })
    await expect(volumes.prune({ filters: { colour: ['red'] } })).rejects.toMatchObject({ code: 'invalid-argument' })
  })

  it('removes networks that no container has, never the default one', async () => {
    await using made = await fakeEngine()
    const { networks, containers } = made.engine
    for (const name of ['free', 'used']) await networks.create({ name, labels: { of: name } })
    await containers.create({ image: 'busybox', network: { mode: 'bridge', endpoints: [{ network: 'used' }] } })
    expect(await networks.prune({ filters: { label: ['of=used'] } })).toEqual([])
    expect(await networks.prune()).toEqual(['free'])
    expect(await namesOf(networks.list())).toEqual(expect.arrayContaining(['runcible', 'used']))
  })

  it('everything: what a container held goes with it', async () => {
    await using made = await fakeEngine()
    const { system, containers, volumes, networks, images } = made.engine
    await networks.create({ name: 'net' })
    const { id, config } = await containers.create({
      image: 'busybox',
      labels: { a: 'b' },
      mounts: [{ type: 'volume', source: 'data', target: '/data', options: [] }],
      network: { mode: 'bridge', endpoints: [{ network: 'net' }] }
    })
    await expect(system.prune({ filters: { name: ['x'] } })).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(await system.prune({ all: true, volumes: true, filters: { until: ['1h'] } })).toMatchObject({
      containers: [],
      images: [],
      networks: [],
      volumes: [],
      reclaimed: 0
    })
    expect(await system.prune({ filters: { 'label!': ['a'] } })).toMatchObject({ containers: [], images: [] })
    const removed = await system.prune({ all: true, volumes: true })
    expect(removed).toMatchObject({
      containers: [id],
      images: [config.image.id],
      networks: ['net'],
      volumes: ['data']
    })
    expect(await images.list()).toEqual([])
    expect(await volumes.list()).toEqual([])
  })
})
