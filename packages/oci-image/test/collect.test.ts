import { randomImage, tarArchive, testImageOf } from '@runcible/fixtures'
import { expect, test } from 'vitest'
import { takeLease } from '../src/lease.ts'
import { sandbox } from './sandbox.ts'

const base = tarArchive([{ name: 'base', content: 'shared by two images' }])
const pair = () => ['one', 'two'].map((name) => testImageOf({ tars: [base, tarArchive([{ name, content: name }])] }))

test('shared layers are stored once and go with the last image', async () => {
  await using box = await sandbox()
  const [one, two] = pair()
  const names = [one, two].map((image, at) => box.registry.put(image as never, `app-${at}`)) as [string, string]
  await box.images.pull(names[0])
  box.registry.requests.length = 0
  await box.images.pull(names[1])
  expect(box.registry.requests.map(({ kind }) => kind)).toEqual(['manifest', 'blob', 'blob'])
  expect(await box.snapshots()).toHaveLength(3)
  await box.images.remove(names[0])
  expect(await box.snapshots()).toHaveLength(2)
  expect((await box.blobs()).map(({ digest }) => digest).toSorted()).toEqual(
    [two?.descriptor.digest, ...(two?.blobs.keys() ?? [])].toSorted()
  )
  await box.images.remove(names[1])
  expect(await box.snapshots()).toEqual([])
  expect(await box.blobs()).toEqual([])
})

test('a removal beside a transfer leaves the content to the end of the transfer', async () => {
  await using box = await sandbox()
  const [one, two] = pair()
  const names = [one, two].map((image, at) => box.registry.put(image as never, `app-${at}`)) as [string, string]
  await box.images.pull(names[0])
  const lease = await takeLease(box.components.state)
  await box.images.remove(names[0])
  expect((await box.blobs()).length).toBeGreaterThan(0)
  await lease[Symbol.asyncDispose]()
  await box.images.pull(names[1])
  expect((await box.blobs()).map(({ digest }) => digest).toSorted()).toEqual(
    [two?.descriptor.digest, ...(two?.blobs.keys() ?? [])].toSorted()
  )
})

test('layers under a container stay until it is gone', async () => {
  await using box = await sandbox()
  const image = randomImage()
  const { chainId } = await box.images.pull(box.registry.put(image, 'app'))
  const { snapshotter } = box.components
  await snapshotter.prepare('container', chainId)
  await box.images.remove(image.id)
  expect(await box.blobs()).toEqual([])
  expect((await box.snapshots()).map(({ kind }) => kind).toSorted()).toEqual(['active', 'committed', 'committed'])
  await snapshotter.remove('container')
  const other = randomImage()
  await box.images.pull(box.registry.put(other, 'other'))
  await box.images.remove(other.id)
  expect(await box.snapshots()).toEqual([])
})

test('what a dead pull left is used by the next one, or goes with the next removal', async () => {
  await using box = await sandbox()
  const image = randomImage({ layers: 2 })
  const name = box.registry.put(image, 'app')
  // As a process leaves it that was killed while it unpacked the first layer.
  await box.components.snapshotter.prepare(`unpack/${image.diffIds[0]}`, undefined)
  expect(await box.images.pull(name)).toMatchObject({ id: image.id })
  await box.components.snapshotter.prepare('unpack/sha256:dead', undefined)
  await box.images.remove(name)
  expect(await box.snapshots()).toEqual([])
})

test('removals and pulls at once never leave an image with holes', async () => {
  await using box = await sandbox()
  const images = Array.from({ length: 4 }, (_, at) =>
    testImageOf({ tars: [base, tarArchive([{ name: `f${at}`, content: String(at) }])] })
  )
  const names = images.map((image, at) => box.registry.put(image, `app-${at}`))
  for (let round = 0; round < 5; round++) {
    await Promise.all(
      names.map(async (name, at) => {
        await box.again().pull(name)
        if ((at + round) % 2 === 0) await box.again().remove(name)
      })
    )
    const here = new Set((await box.blobs()).map(({ digest }) => digest))
    for (const image of await box.images.list()) {
      expect([image.manifest, image.config, ...image.layers].filter(({ digest }) => !here.has(digest))).toEqual([])
      expect(await box.components.snapshotter.stat(image.chainId ?? '')).toBeDefined()
    }
  }
  for (const image of await box.images.list()) await box.images.remove(image.id)
  expect([await box.blobs(), await box.snapshots()]).toEqual([[], []])
})

test('publishes what happened', async () => {
  await using box = await sandbox()
  const name = box.registry.put(randomImage(), 'app')
  await box.images.pull(name)
  await box.images.tag(name, 'extra')
  await box.images.untag(name, ['extra'])
  await box.images.push(name)
  await box.images.remove(name)
  await new Promise((resolve) => setTimeout(resolve, 5))
  const until = BigInt(Date.now()) * 1_000_000n
  const events = await Array.fromAsync(box.components.events?.subscribe({ since: 0n, until }) ?? [])
  expect(events.map(({ action }) => action)).toEqual(['pull', 'tag', 'untag', 'push', 'untag', 'remove'])
})
