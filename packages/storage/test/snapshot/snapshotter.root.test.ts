import { rawTar } from '@runcible/fixtures'
import { mountTree, unmountTree } from '@runcible/linux'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import {
  fuseOverlayfsSnapshotter,
  layerDiffer,
  localContentStore,
  overlaySnapshotter,
  probeSnapshotter,
  vfsSnapshotter
} from '../../src/index.ts'
import { linux, storeLayer, temporary } from '../support.ts'
import { makeWorld, worldKinds } from '../layer/target-worlds.ts'

const program = join(import.meta.dirname, '../fixtures/unpack-program.ts')
const run = (...args: string[]) =>
  spawn(process.execPath, ['--conditions=source', '--disable-warning=ExperimentalWarning', program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit']
  })

/** An archive that takes a moment to unpack. */
const manyFiles = rawTar(
  Array.from({ length: 8000 }, (_, index) => ({ name: `d${index % 50}/f${index}`, content: 'x'.repeat(index % 3000) }))
)

test('a process killed while it unpacks or commits leaves what the next one can clean and redo', async () => {
  await using directory = temporary()
  const content = localContentStore({ root: join(directory.path, 'content'), linux })({})
  const layer = await storeLayer(content, manyFiles)
  const root = join(directory.path, 'snapshots')
  for (let kill = 0; kill < 6; kill++) {
    const child = run(directory.path, layer.digest, String(layer.size))
    await once(child.stdout, 'data')
    await setTimeout(kill * 40)
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    const snapshots = overlaySnapshotter({ root, linux })({})
    for await (const { kind, key } of snapshots.list()) {
      if (kind === 'committed') expect(key).toBe('whole')
      await snapshots.remove(key)
    }
    expect(await snapshots.stat('whole')).toBeUndefined()
  }
  const child = run(directory.path, layer.digest, String(layer.size))
  const said = Buffer.concat(await Array.fromAsync(child.stdout)).toString()
  expect(said).toContain('committed')
  const snapshots = overlaySnapshotter({ root, linux })({})
  expect(await snapshots.stat('whole')).toMatchObject({ kind: 'committed' })
  await snapshots.remove('whole')
  await snapshots.cleanTrash()
  for (const part of ['layers', 'trash', 'children']) expect(readdirSync(join(root, part))).toEqual([])
})

test('processes that prepare and remove at once do not disturb each other', async () => {
  await using directory = temporary()
  const snapshots = overlaySnapshotter({ root: directory.path, linux })({})
  await snapshots.prepare('making', undefined)
  await snapshots.commit('base', 'making')
  const others = Array.from({ length: 20 }, () => overlaySnapshotter({ root: directory.path, linux })({}))
  await Promise.all(
    others.map(async (other, index) => {
      for (let turn = 0; turn < 10; turn++) {
        await other.prepare(`c${index}-${turn}`, 'base')
        await other.remove(`c${index}-${turn}`)
      }
    })
  )
  const outcomes = await Promise.allSettled(others.map((other) => other.prepare('one', 'base')))
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  await snapshots.remove('one')
  await snapshots.remove('base')
  for (const part of ['layers', 'trash', 'children']) expect(readdirSync(join(directory.path, part))).toEqual([])
})

test('leftovers without a record are cleaned, unless one is just being made', async () => {
  await using directory = temporary()
  const snapshots = overlaySnapshotter({ root: directory.path, linux })({})
  await snapshots.prepare('kept', undefined)
  const [kept = ''] = readdirSync(join(directory.path, 'layers'))
  mkdirSync(join(directory.path, 'layers/orphan/fs'), { recursive: true })
  mkdirSync(join(directory.path, 'trash/left'))
  writeFileSync(join(directory.path, 'trash/left/file'), 'x')
  {
    using _making = linux.lock.tryLock(join(directory.path, 'making'), { mode: 'shared' })
    expect(await snapshots.cleanTrash()).toBe(1)
    expect(readdirSync(join(directory.path, 'layers')).toSorted()).toEqual([kept, 'orphan'].toSorted())
  }
  expect(await snapshots.cleanTrash()).toBe(1)
  expect(readdirSync(join(directory.path, 'layers'))).toEqual([kept])
  expect(existsSync(join(directory.path, 'trash/left'))).toBe(false)
})

for (const kind of worldKinds) {
  test(`usage counts bytes and inodes of the snapshot, ${kind}`, async () => {
    await using world = makeWorld(kind)
    const key = await world.stack([
      rawTar([
        { name: 'a', content: Buffer.alloc(100_000, 'x') },
        { name: 'b', flag: '1', linkName: 'a' }
      ])
    ])
    const usage = await world.snapshots.usage(key)
    expect(usage.inodes).toBe(2)
    expect(usage.size).toBeGreaterThanOrEqual(100_000)
    expect(usage.size).toBeLessThan(130_000)
  })

  test(`the root of a container is open to all its users and has no devices, ${kind}`, async () => {
    await using world = makeWorld(kind)
    const { mounts } = await world.active(await world.stack([rawTar([{ name: 'a' }])]))
    expect(mounts.every(({ options }) => options.includes('nodev'))).toBe(true)
    const path =
      mounts[0]?.options.find((option) => option.startsWith('upperdir='))?.slice(9) ?? mounts[0]?.source ?? ''
    expect(statSync(path).mode & 0o777).toBe(0o755)
    expect(statSync(join(world.path, 'snapshots')).mode & 0o777).toBe(0o700)
  })
}

test('a commit in use by two processes succeeds for one', async () => {
  await using world = makeWorld('overlay')
  const other = overlaySnapshotter({ root: join(world.path, 'snapshots'), linux })({})
  const [a, b] = [await world.active(), await world.active()]
  const outcomes = await Promise.allSettled([world.snapshots.commit('name', a.key), other.commit('name', b.key)])
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
})

test('the probe says what works here', async () => {
  await using directory = temporary()
  expect(probeSnapshotter({ root: directory.path, linux })).toEqual({
    best: 'overlay',
    overlay: true,
    reason: undefined
  })
  expect(readdirSync(directory.path)).toEqual([])
  // The upper directory of an overlay cannot be on procfs.
  expect(probeSnapshotter({ root: '/proc/self', linux })).toMatchObject({ best: 'vfs', overlay: false })
})

test('an apply that is aborted stops and says so', async () => {
  await using world = makeWorld('overlay', 0)
  const layer = await storeLayer(world.content, manyFiles)
  const { mounts } = await world.active()
  const stop = new AbortController()
  const differ = layerDiffer({ linux, tmp: join(world.path, 'tmp'), threadFrom: 0 })({ content: world.content })
  const applying = differ.apply(layer, mounts, { signal: stop.signal, onProgress: () => stop.abort() })
  await expect(applying).rejects.toMatchObject({ code: 'aborted' })
})

test('an ephemeral snapshot is mounted without syncing, as often as needed, and keeps its files while it lasts', async () => {
  await using directory = temporary()
  const snapshots = overlaySnapshotter({ root: join(directory.path, 'snapshots'), linux })({})
  await snapshots.prepare('making', undefined)
  await snapshots.commit('base', 'making')
  await snapshots.prepare('kept', 'base')
  const [mount] = await snapshots.prepare('fleeting', 'base', { ephemeral: true })
  expect(mount?.options).toContain('volatile')
  expect((await snapshots.mounts('kept'))[0]?.options).not.toContain('volatile')
  const place = join(directory.path, 'place')
  mkdirSync(place)
  for (const name of ['first', 'second']) {
    mountTree(linux, place, await snapshots.mounts('fleeting'))
    writeFileSync(join(place, name), name)
    // Newer kernels show it as `fsync=volatile`.
    expect(
      linux.mount
        .list()
        .find(({ mountPoint }) => mountPoint === place)
        ?.superOptions.join()
    ).toContain('volatile')
    unmountTree(linux, place)
  }
  mountTree(linux, place, await snapshots.mounts('fleeting'))
  expect(readdirSync(place)).toEqual(['first', 'second'])
  unmountTree(linux, place)
  await snapshots.remove('fleeting')
})

test.for(worldKinds)('directories deeper than a path can say are measured and removed, %s', async (kind) => {
  await using world = makeWorld(kind)
  const { key, mounts } = await world.active()
  const { fs } = linux
  const layer = await Array.fromAsync(mounts, (mount) => mount.source)
  let fd = fs.openAt(fs.cwd, layer[0] ?? '', ['read', 'directory'])
  for (let depth = 0; depth < 3000; depth++) {
    fs.mkdirAt(fd, 'd', 0o755)
    const next = fs.openAt(fd, 'd', ['read', 'directory'])
    fs.close(fd)
    fd = next
  }
  fs.close(fd)
  expect((await world.snapshots.usage(key)).inodes).toBeGreaterThan(100)
  await world.snapshots.remove(key)
  expect(await world.snapshots.stat(key)).toBeUndefined()
})

test.for(['a,b', 'a:b', 'a\\b', 'a\\,b:c d'])('layers below a directory named %j are stacked', async (name) => {
  await using directory = temporary()
  const root = join(directory.path, name)
  mkdirSync(root)
  expect(probeSnapshotter({ root, linux })).toMatchObject({ best: 'overlay' })
  const content = localContentStore({ root: join(root, 'content'), linux })({})
  const differ = layerDiffer({ linux, tmp: join(root, 'tmp') })({ content })
  const snapshots = overlaySnapshotter({ root: join(root, 'snapshots'), linux })({})
  const layers = [[{ name: 'one/a' }], [{ name: 'one/.wh.a' }, { name: 'one/b' }], [{ name: 'two' }]]
  let parent: string | undefined
  for (const [index, members] of layers.entries()) {
    const mounts = await snapshots.prepare('making', parent)
    await differ.apply(await storeLayer(content, rawTar(members)), mounts)
    parent = `layer ${index}`
    await snapshots.commit(parent, 'making')
  }
  const mounts = await snapshots.prepare('container', parent)
  const at = join(root, 'at')
  mkdirSync(at)
  mountTree(linux, at, mounts)
  try {
    expect([readdirSync(join(at, 'one')), readdirSync(at).toSorted()]).toEqual([['b'], ['one', 'two']])
    writeFileSync(join(at, 'new'), 'x')
  } finally {
    unmountTree(linux, at)
  }
  const lower = await snapshots.view('below', parent ?? '')
  const changes = await Array.fromAsync(differ.changes({ lower, upper: mounts }))
  expect(changes).toEqual([{ kind: 'added', path: '/new' }])
})

test('layers of one form are not used as if they were of another', async () => {
  await using directory = temporary()
  const init = { root: directory.path, linux }
  await vfsSnapshotter(init)({}).prepare('one', undefined)
  const overlay = overlaySnapshotter(init)({})
  const wrong = { code: 'failed-precondition', hint: 'use --storage-driver vfs, or another --root' }
  await expect(overlay.prepare('two', undefined)).rejects.toMatchObject(wrong)
  await expect(overlay.mounts('one')).rejects.toMatchObject(wrong)
})

test('fuse-overlayfs says what it needs', async () => {
  await using directory = temporary()
  expect(() => fuseOverlayfsSnapshotter({ root: join(directory.path, 'a,b'), linux })({})).toThrow(
    'cannot use a directory'
  )
  const path = process.env['PATH']
  process.env['PATH'] = directory.path
  try {
    const snapshots = fuseOverlayfsSnapshotter({ root: directory.path, linux })({})
    await expect(snapshots.prepare('one', undefined)).rejects.toMatchObject({
      code: 'unavailable',
      hint: 'apt-get install fuse-overlayfs'
    })
    expect(await Array.fromAsync(snapshots.list())).toEqual([])
  } finally {
    process.env['PATH'] = path
  }
})

test('with copies of metadata alone, a change of owner and a renamed directory cost nothing, and are packed whole', async () => {
  await using world = makeWorld('metacopy')
  const content = Buffer.alloc(3_000_000, 'x')
  const base = await world.stack([
    rawTar([
      { name: 'dir/', flag: '5' },
      { name: 'dir/large', content }
    ])
  ])
  const { key, mounts } = await world.active(base)
  expect(mounts[0]?.options).toEqual(expect.arrayContaining(['metacopy=on', 'redirect_dir=on']))
  const at = join(world.path, 'at')
  mkdirSync(at)
  mountTree(linux, at, mounts)
  try {
    chownSync(join(at, 'dir/large'), 7, 7)
    renameSync(join(at, 'dir'), join(at, 'moved'))
  } finally {
    unmountTree(linux, at)
  }
  expect((await world.snapshots.usage(key)).size).toBeLessThan(100_000)
  const lower = await world.snapshots.view('below', base)
  const tar = Buffer.concat(await Array.fromAsync(world.differ.compare({ lower, upper: mounts })))
  const next = await world.active(base)
  await world.differ.apply(await storeLayer(world.content, tar), next.mounts)
  await world.snapshots.commit('packed', next.key)
  await world.look('packed', (root) => {
    expect(readdirSync(root)).toEqual(['moved'])
    expect(readFileSync(join(root, 'moved/large')).equals(content)).toBe(true)
    expect(statSync(join(root, 'moved/large')).uid).toBe(7)
  })
})
