import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomImage, startRegistry, tarArchive, type TestRegistry } from '@runcible/fixtures'
import { mountTree, unmountTree } from '@runcible/linux'
import { expect, test } from 'vitest'
import { imageRoot, linux, openImages, type ImageWorld } from './image-world.ts'

interface Sick extends AsyncDisposable {
  readonly world: ImageWorld
  readonly registry: TestRegistry
  readonly name: string
  readonly id: string
  /** The store as another process opens it. */
  reopen(): ImageWorld
}

/** A store with one image of three layers from a registry, to be damaged. */
async function withImage(): Promise<Sick> {
  await using undo = new AsyncDisposableStack()
  const registry = undo.use(await startRegistry())
  const root = await imageRoot(undo)
  const open = () => openImages(root, { registries: { insecure: [registry.host] }, retry: { attempts: 1 } })
  const world = open()
  undo.defer(() => world.state.close())
  const name = registry.put(randomImage({ layers: 3, entries: 6, fileSize: 3000 }), 'app')
  const { id } = await world.images.pull(name)
  expect(await world.images.check()).toEqual([])
  const held = undo.move()
  const reopen = () => {
    const more = open()
    held.defer(() => more.state.close())
    return more
  }
  return { world, registry, name, id, reopen, [Symbol.asyncDispose]: () => held.disposeAsync() }
}

const records = ({ root }: ImageWorld) => join(root, 'snapshots/records/committed')
const recordOf = (world: ImageWorld, depth: number) => {
  for (const file of readdirSync(records(world))) {
    const record = JSON.parse(readFileSync(join(records(world), file), 'utf8')) as { id: string; lowers: string[] }
    if (record.lowers.length === depth) return { path: join(records(world), file), id: record.id }
  }
  throw new Error(`no layer with ${depth} below`)
}
const filesOf = (world: ImageWorld, depth: number) =>
  join(world.root, 'snapshots/layers', recordOf(world, depth).id, 'fs')

/** A regular file somewhere below. */
const someFile = (directory: string): string => {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) return join(entry.parentPath, entry.name)
  throw new Error('no file')
}

const flipByte = (path: string) => {
  const bytes = readFileSync(path)
  bytes[100] = (bytes[100] ?? 0) ^ 1
  writeFileSync(path, bytes)
  utimesSync(path, 0, 0)
}

const blobOf = (world: ImageWorld, digest: string) => world.content.localPath(digest as `sha256:${string}`) ?? ''

/** Finds this, mends it, and then finds nothing. */
async function expectMended(sick: Sick, kinds: readonly string[], images = sick.world.images): Promise<void> {
  expect((await images.check()).map(({ kind }) => kind)).toEqual(kinds)
  const mended = await images.check({ repair: true })
  expect(mended.map(({ outcome }) => outcome)).toEqual(kinds.map(() => expect.objectContaining({ repaired: true })))
  expect(await images.check()).toEqual([])
}

test.each([0, 1, 2])('a flipped byte of a file in layer %i', async (depth) => {
  await using sick = await withImage()
  flipByte(someFile(filesOf(sick.world, depth)))
  await expectMended(sick, ['layer-damaged'])
})

test('a file that is gone, and one too many', async () => {
  await using sick = await withImage()
  rmSync(someFile(filesOf(sick.world, 0)))
  writeFileSync(join(filesOf(sick.world, 2), 'alien'), 'x')
  const findings = await sick.world.images.check()
  expect(findings.map(({ detail }) => detail)).toEqual([
    expect.stringMatching(/ is missing$/),
    '/alien is not in the layer'
  ])
  await expectMended(sick, ['layer-damaged', 'layer-damaged'])
})

test.each([0, 1])('the record of layer %i, on which others stand', async (depth) => {
  await using sick = await withImage()
  rmSync(recordOf(sick.world, depth).path)
  await sick.world.snapshotter.cleanTrash()
  await expectMended(sick, ['layer-missing'])
})

test.each([0, 1, 2])('the directory of layer %i', async (depth) => {
  await using sick = await withImage()
  rmSync(join(filesOf(sick.world, depth), '..'), { recursive: true })
  await sick.world.images.check({ repair: true })
  expect(await sick.world.images.check()).toEqual([])
})

test('a record that cannot be read', async () => {
  await using sick = await withImage()
  writeFileSync(recordOf(sick.world, 1).path, '')
  const [first, ...rest] = await sick.world.images.check({ repair: true })
  expect(first).toMatchObject({ kind: 'record-broken', outcome: { repaired: true } })
  expect(rest.map(({ kind }) => kind)).toEqual(['layer-missing'])
  expect(await sick.world.images.check()).toEqual([])
})

test.each(['manifest', 'config'] as const)('the %s, damaged and gone', async (role) => {
  await using sick = await withImage()
  const { digest } = (await sick.world.images.resolve(sick.name))[role]
  flipByte(blobOf(sick.world, digest))
  await expectMended(sick, ['blob-damaged'])
  rmSync(blobOf(sick.world, digest))
  await expectMended(sick, ['blob-missing'])
})

test('a packed layer that is damaged is fetched again; one that is gone is no fault', async () => {
  await using sick = await withImage()
  const [layer] = (await sick.world.images.resolve(sick.name)).layers
  flipByte(blobOf(sick.world, layer?.digest ?? ''))
  await expectMended(sick, ['blob-damaged'])
  rmSync(blobOf(sick.world, layer?.digest ?? ''))
  flipByte(someFile(filesOf(sick.world, 0)))
  const findings = await sick.world.images.check({ repair: true })
  expect(findings.map(({ outcome }) => outcome?.action)).toEqual(['fetched the layer again and unpacked it'])
  expect(await sick.world.images.check()).toEqual([])
})

test('without its registry a damaged blob cannot be mended, which is said', async () => {
  await using sick = await withImage()
  const { config } = await sick.world.images.resolve(sick.name)
  flipByte(blobOf(sick.world, config.digest))
  await sick.registry[Symbol.asyncDispose]()
  const [finding, ...others] = await sick.world.images.check({ repair: true })
  expect(others).toEqual([])
  expect(finding).toMatchObject({ kind: 'blob-damaged', images: [sick.id], outcome: { repaired: false } })
})

test('names without an image, and what interrupted commands left', async () => {
  await using sick = await withImage()
  const { state, images, snapshotter, content } = sick.world
  state.imageNames.insert({ id: 'localhost/lost:1', imageId: 'f'.repeat(64), digest: `sha256:${'e'.repeat(64)}` })
  await snapshotter.prepare('unpack/left', undefined)
  await using cut = await content.ingest({ ref: 'cut' })
  await cut?.write(Buffer.from('half'))
  await cut?.[Symbol.asyncDispose]()
  expect((await images.check()).map(({ kind }) => kind)).toEqual(['name-dangling'])
  const found = await images.check({ keepFor: -1000 })
  expect(found.map(({ kind }) => kind)).toEqual(['name-dangling', 'snapshot-orphan', 'download-left'])
  await images.check({ keepFor: -1000, repair: true })
  expect(await images.check({ keepFor: -1000 })).toEqual([])
})

test('a layer without its packed form is packed anew to see whether it is whole', async () => {
  await using sick = await withImage()
  const { images, snapshotter, content } = sick.world
  const made = await images.import(one(tarArchive([{ name: 'file', content: 'x'.repeat(500) }])), {
    name: 'imported:1'
  })
  const base = await images.view(made.id)
  await using _base = base
  await snapshotter.prepare('container', made.chainId)
  const mounts = await snapshotter.mounts('container')
  const upper = mounts[0]?.options.find((option) => option.startsWith('upperdir='))?.slice(9) ?? ''
  writeFileSync(join(upper, 'new'), 'content'.repeat(100))
  const commit = { base: made.id, baseName: 'imported:1', upper: mounts, run: {}, containerId: 'a'.repeat(64) }
  const image = await images.commit({ ...commit, name: 'committed:1' })
  await content.delete(image.layers[1]?.digest ?? `sha256:${'0'.repeat(64)}`)
  expect(await images.check()).toEqual([])
  const own = join(sick.world.root, 'snapshots/layers', recordIdOf(sick.world, image.chainId ?? ''), 'fs/new')
  flipByte(own)
  expect((await images.check()).map(({ kind }) => kind)).toEqual(['layer-unverified'])
})

const recordIdOf = (world: ImageWorld, key: string): string =>
  (JSON.parse(readFileSync(join(records(world), encodeURIComponent(key)), 'utf8')) as { id: string }).id

async function* one(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}

test('after a crash of the machine the next pull mends the layers that were young', async () => {
  await using sick = await withImage()
  flipByte(someFile(filesOf(sick.world, 1)))
  const marks = join(sick.world.root, 'snapshots/unsynced')
  const [boot = ''] = readdirSync(marks)
  mkdirSync(marks, { recursive: true })
  renameSync(join(marks, boot), join(marks, '00000000-0000-0000-0000-000000000000'))
  const next = sick.reopen()
  const info = await Array.fromAsync(next.snapshotter.list())
  expect(info.map(({ unverified }) => unverified)).toEqual([true, true, true])
  expect((await next.images.check({ quick: true })).map(({ kind }) => kind)).toEqual([
    'layer-unverified',
    'layer-unverified',
    'layer-unverified'
  ])
  const before = sick.registry.requests.length
  expect(await next.images.pull(sick.name)).toMatchObject({ id: sick.id })
  expect(sick.registry.requests.slice(before).filter(({ kind }) => kind === 'blob')).toEqual([])
  expect(await sick.reopen().images.check()).toEqual([])
  expect((await Array.fromAsync(sick.reopen().snapshotter.list())).map(({ unverified }) => unverified)).toEqual([
    undefined,
    undefined,
    undefined
  ])
})

test('a check is enough to trust layers after a crash that harmed none', async () => {
  await using sick = await withImage()
  const marks = join(sick.world.root, 'snapshots/unsynced')
  const [boot = ''] = readdirSync(marks)
  renameSync(join(marks, boot), join(marks, '00000000-0000-0000-0000-000000000000'))
  expect(await sick.reopen().images.check()).toEqual([])
  expect(await sick.reopen().images.check({ quick: true })).toEqual([])
  expect(readdirSync(marks).filter((name) => name.startsWith('0000'))).toEqual([])
})

test('a layer that is mounted is not replaced under those who use it', async () => {
  await using sick = await withImage()
  const { chainId } = await sick.world.images.resolve(sick.name)
  const mounts = await sick.world.snapshotter.prepare('container', chainId)
  const at = join(sick.world.root, 'tmp')
  flipByte(someFile(filesOf(sick.world, 0)))
  mountTree(linux, at, mounts)
  try {
    const [finding] = await sick.world.images.check({ repair: true })
    expect(finding?.outcome).toMatchObject({ repaired: false, action: expect.stringContaining('is mounted') })
  } finally {
    unmountTree(linux, at)
  }
  await expectMended(sick, ['layer-damaged'])
})
