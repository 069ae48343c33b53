import { fakeImageStore, publishFakeImage, type FakeRegistry } from '@runcible/fakes'
import type { StoreFinding } from '@runcible/interface'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fakeEngine, type FakeEngine } from '../support/fake-engine.ts'

const secondName = 'docker.io/library/second:1'

async function withImages(): Promise<FakeEngine> {
  const registry: FakeRegistry = new Map()
  publishFakeImage(registry, 'docker.io/library/busybox:latest', { Cmd: ['sh'], Labels: { keep: 'yes' } })
  publishFakeImage(registry, secondName, { Cmd: ['sh'] })
  const made = await fakeEngine({ images: fakeImageStore({ registry }) })
  for (const name of ['busybox', secondName]) {
    const { chainId = '' } = await made.engine.images.pull(name)
    await made.parts.snapshotter.prepare('making', undefined)
    await made.parts.snapshotter.commit(chainId, 'making')
  }
  return made
}

const namesIn = async ({ engine }: FakeEngine) => (await engine.images.list()).flatMap(({ names }) => names)

describe('images.prune', () => {
  it('leaves images with a name, unless all are asked for', async () => {
    await using made = await withImages()
    const { images } = made.engine
    const { id } = await images.inspect(secondName)
    expect(await images.prune()).toEqual([])
    await images.untag(secondName)
    expect(await images.prune()).toEqual([id])
    expect(await namesIn(made)).toEqual(['docker.io/library/busybox:latest'])
  })

  it('takes images with several names, and leaves those of containers', async () => {
    await using made = await withImages()
    const { images, containers } = made.engine
    await containers.create({ image: 'busybox' })
    await images.tag(secondName, 'third:1')
    expect(await images.prune({ all: true })).toHaveLength(1)
    expect(await namesIn(made)).toEqual(['docker.io/library/busybox:latest'])
  })

  it('obeys filters, and refuses unknown ones', async () => {
    await using made = await withImages()
    const { images } = made.engine
    expect(await images.prune({ all: true, filters: { label: ['keep=no'] } })).toEqual([])
    expect(await images.prune({ all: true, filters: { until: ['2020-01-01'] } })).toEqual([])
    expect(await images.prune({ all: true, filters: { 'label!': ['keep=yes'] } })).toHaveLength(1)
    expect(await namesIn(made)).toEqual(['docker.io/library/busybox:latest'])
    await expect(images.prune({ filters: { colour: ['red'] } })).rejects.toMatchObject({ code: 'invalid-argument' })
  })
})

describe('images.mount', () => {
  it('stays until it is undone as often, or by force', async () => {
    await using made = await withImages()
    const { images } = made.engine
    const { path, image } = await images.mount('busybox')
    expect((await images.mount('busybox')).path).toBe(path)
    expect(await images.mounted()).toEqual([{ image, path }])
    expect(await images.unmount('busybox')).toBe(image.id)
    expect(await images.mounted()).toHaveLength(1)
    expect(await images.unmount('busybox')).toBe(image.id)
    expect(await images.mounted()).toEqual([])
    expect(await images.unmount('busybox')).toBeUndefined()
    await images.mount('busybox')
    await images.mount('busybox')
    expect(await images.unmount('busybox', { force: true })).toBe(image.id)
    expect(await images.mounted()).toEqual([])
    expect(existsSync(dirname(path))).toBe(false)
    await expect(images.mount('nobody')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('ends with the image', async () => {
    await using made = await withImages()
    const { images } = made.engine
    await images.mount('busybox')
    await images.remove('busybox')
    expect(await images.mounted()).toEqual([])
    expect(await Array.fromAsync(made.parts.snapshotter.list())).not.toContainEqual(
      expect.objectContaining({ kind: 'view' })
    )
  })

  it('begins anew when the mount went with the boot', async () => {
    await using made = await withImages()
    const { images } = made.engine
    const { path } = await images.mount('busybox')
    await made.parts.rootfs.unmountAt(path)
    expect(await images.mounted()).toEqual([])
    await images.mount('busybox')
    expect(await images.unmount('busybox')).toBeDefined()
    expect(await images.mounted()).toEqual([])
  })
})

describe('images.tree', () => {
  it('shows the layers of an image, and what stands on one', async () => {
    await using made = await withImages()
    const { images, containers } = made.engine
    const base = await containers.create({ image: 'busybox' })
    const child = await containers.commit(base.id, { name: 'child:1' })
    const layers = (await images.tree('child:1')).layers
    expect(layers.map(({ tags }) => tags)).toEqual([['docker.io/library/busybox:latest'], child.names])
    expect(layers.map(({ children }) => children)).toEqual([[], []])
    const [top, ...others] = (await images.tree('busybox', { whatRequires: true })).layers
    expect(others).toEqual([])
    expect(top?.children.map(({ id, tags }) => [id, tags])).toEqual([
      [base.id, []],
      [layers[1]?.id, child.names]
    ])
  })
})

describe('system.diskUsage', () => {
  it('counts images, their users, and volumes', async () => {
    await using made = await withImages()
    const { images, containers, system, volumes } = made.engine
    await volumes.create({ name: 'data' })
    await containers.create({ image: 'busybox', name: 'one' })
    const usage = await system.diskUsage()
    expect(usage.images.map((each) => [each.image.names[0], each.containers])).toEqual([
      ['docker.io/library/busybox:latest', 1],
      [secondName, 0]
    ])
    expect(usage.containers.map(({ container }) => container.name)).toEqual(['one'])
    expect(usage.volumes).toEqual([{ name: 'data', size: 0, links: 0 }])
    expect((await images.list()).length).toBe(2)
  })
})

describe('system.check', () => {
  it('removes the images that cannot be mended, and with force their containers', async () => {
    await using made = await withImages()
    const { images, containers, system } = made.engine
    const [used, unused] = await Promise.all([images.inspect('busybox'), images.inspect(secondName)])
    const broken = ({ id }: { readonly id: string }): StoreFinding => {
      const outcome = { repaired: false, action: 'no registry' }
      return { kind: 'layer-damaged', subject: 'sha256:a', images: [id], detail: 'damaged', outcome }
    }
    made.parts.images.check = async () => [broken(used), broken(unused)]
    await containers.create({ image: 'busybox', name: 'one' })
    const outcomes = (await system.check({ repair: true })).map(({ outcome }) => outcome)
    expect(outcomes).toEqual([
      { repaired: false, action: expect.stringContaining('is used by one') },
      { repaired: true, action: `no registry; removed image ${unused.id.slice(0, 12)}` }
    ])
    expect(await namesIn(made)).toEqual(['docker.io/library/busybox:latest'])
    await system.check({ repair: true, force: true })
    expect(await images.list()).toEqual([])
    expect(await containers.list({ all: true })).toEqual([])
  })
})
