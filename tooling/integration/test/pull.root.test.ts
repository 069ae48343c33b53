import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { busyboxImage, randomImage, startRegistry, tarArchive, testImageOf } from '@runcible/fixtures'
import { mountTree, unmountTree } from '@runcible/linux'
import { expect, test } from 'vitest'
import { imageRoot, linux, openImages } from './image-world.ts'

const script = join(import.meta.dirname, 'pull-process.ts')

function pullProcess(...args: readonly string[]) {
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', script, ...args],
    {
      stdio: ['ignore', 'pipe', 'inherit']
    }
  )
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  const ended = new Promise<{ readonly code: number | null; readonly output: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, output: output.trim() }))
  )
  return { ended, kill: () => child.kill('SIGKILL') }
}

test('unpacks a busybox that can be mounted', async () => {
  await using undo = new AsyncDisposableStack()
  const registry = undo.use(await startRegistry())
  const world = openImages(await imageRoot(undo), { registries: { insecure: [registry.host] } })
  undo.defer(() => world.state.close())
  const { chainId, size } = await world.images.pull(registry.put(busyboxImage({ compression: 'zstd' }), 'busybox'))
  expect(size).toBeGreaterThan(1_000_000)
  const mounts = await world.snapshotter.prepare('container', chainId)
  const target = join(world.root, 'tmp')
  mountTree(linux, target, mounts)
  try {
    expect(await readFile(join(target, 'etc/passwd'), 'utf8')).toContain('root:x:0:0')
    expect(await readdir(join(target, 'bin'))).toContain('sh')
  } finally {
    unmountTree(linux, target)
  }
})

test('processes that pull the same image at once do the work once', async () => {
  await using undo = new AsyncDisposableStack()
  const registry = undo.use(await startRegistry())
  const root = await imageRoot(undo)
  const image = randomImage({ layers: 4, entries: 10, fileSize: 200_000 })
  const name = registry.put(image, 'busy')
  const results = await Promise.all(Array.from({ length: 4 }, () => pullProcess(root, registry.host, name).ended))
  expect(results).toEqual(Array.from({ length: 4 }, () => ({ code: 0, output: image.id })))
  expect(registry.requests.filter(({ kind }) => kind === 'blob')).toHaveLength(5)
})

test.each([[0], [20_000], [900_000]])(
  'kill -9 after %i bytes of a layer: the next pull works and a removal leaves nothing',
  async (after) => {
    await using undo = new AsyncDisposableStack()
    const registry = undo.use(await startRegistry())
    const root = await imageRoot(undo)
    const image = randomImage({ layers: 3, entries: 10, fileSize: 100_000, compression: 'none' })
    const name = registry.put(image, 'app')
    registry.addFault({ on: 'blob', path: image.layers[1]?.digest ?? '', action: 'stall', after })
    const victim = pullProcess(root, registry.host, name)
    while (!registry.requests.some(({ path }) => path.includes(image.layers[1]?.digest ?? ''))) await sleep(10)
    await sleep(100)
    victim.kill()
    await victim.ended
    registry.clearFaults()
    const world = openImages(root, { registries: { insecure: [registry.host] } })
    undo.defer(() => world.state.close())
    expect(await world.images.list()).toEqual([])
    expect(await world.images.pull(name)).toMatchObject({ id: image.id })
    await world.images.remove(name)
    expect(await Array.fromAsync(world.content.list())).toEqual([])
    expect(await Array.fromAsync(world.content.ingests())).toEqual([])
    expect(await Array.fromAsync(world.snapshotter.list())).toEqual([])
  }
)

test('a layer that breaks the rules leaves nothing', async () => {
  await using undo = new AsyncDisposableStack()
  const registry = undo.use(await startRegistry())
  const world = openImages(await imageRoot(undo), { registries: { insecure: [registry.host] } })
  undo.defer(() => world.state.close())
  const good = tarArchive([{ name: 'file', content: 'x' }])
  const image = testImageOf({ tars: [good, Buffer.from('this is not a tar archive'.repeat(100))], compression: 'none' })
  await expect(world.images.pull(registry.put(image, 'bad'))).rejects.toMatchObject({
    code: expect.stringMatching(/corrupt|invalid-argument/)
  })
  expect(await world.images.list()).toEqual([])
  expect(await Array.fromAsync(world.content.list())).toEqual([])
  expect(await Array.fromAsync(world.snapshotter.list())).toEqual([])
})

test('pruning beside pulls takes nothing that a pull needs', async () => {
  await using undo = new AsyncDisposableStack()
  const registry = undo.use(await startRegistry())
  const root = await imageRoot(undo)
  const world = openImages(root, { registries: { insecure: [registry.host] } })
  undo.defer(() => world.state.close())
  const shared = tarArchive([{ name: 'shared', content: 'x'.repeat(200_000) }])
  const images = Array.from({ length: 5 }, (_, index) =>
    testImageOf({ tars: [shared, tarArchive([{ name: `own${index}`, content: `${index}`.repeat(100_000) }])] })
  )
  const names = images.map((image, index) => registry.put(image, `app${index}`))
  const doomed = registry.put(testImageOf({ tars: [shared] }), 'doomed')
  let running = true
  const pruning = (async () => {
    let removed = 0
    for (; running; removed++) {
      await world.images.pull(doomed)
      await world.images.remove(doomed)
      await world.images.check({ repair: true, quick: true, keepFor: -1000 })
      await world.snapshotter.cleanTrash()
    }
    return removed
  })()
  const pulls = names.map((name) => pullProcess(root, registry.host, name).ended)
  const results = await Promise.all(pulls)
  running = false
  expect(await pruning).toBeGreaterThan(0)
  expect(results).toEqual(images.map(({ id }) => ({ code: 0, output: id })))
  expect(await world.images.check()).toEqual([])
  for (const name of names) await world.images.remove(name)
  expect(await Array.fromAsync(world.content.list())).toEqual([])
  expect(await Array.fromAsync(world.snapshotter.list())).toEqual([])
})
