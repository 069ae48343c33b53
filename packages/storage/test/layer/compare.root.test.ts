import { rawTar, type RawMember } from '@runcible/fixtures'
import type { Mount } from '@runcible/interface'
import { mountTree, unmountTree } from '@runcible/linux'
import {
  linkSync,
  lutimesSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  chmodSync,
  mkdtempSync
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { linux, storeLayer } from '../support.ts'
import { makeWorld, treeOf, worldKinds, type World } from './target-worlds.ts'

const directory = (name: string): RawMember => ({ name, flag: '5', mode: 0o755 })
const base = rawTar([
  directory('d'),
  { name: 'd/a', content: 'a' },
  { name: 'd/b', content: 'b' },
  directory('e'),
  { name: 'e/x', content: 'x' },
  { name: 'top', content: 'top' }
])

const inside = (world: World, mounts: readonly Mount[], use: (root: string) => void) => {
  const at = mkdtempSync(join(world.path, 'at-'))
  mountTree(linux, at, mounts)
  try {
    use(at)
  } finally {
    unmountTree(linux, at)
  }
}

/** Changes of every kind, as a container makes them. */
const change = (root: string) => {
  const at = (name: string) => join(root, name)
  rmSync(at('top'))
  rmSync(at('e'), { recursive: true })
  mkdirSync(at('e'))
  writeFileSync(at('e/y'), 'y')
  writeFileSync(at('d/a'), 'changed')
  renameSync(at('d/b'), at('d/moved'))
  linkSync(at('d/moved'), at('d/second'))
  symlinkSync('d/a', at('link'))
  mkdirSync(at('new/deep'), { recursive: true })
  chmodSync(at('new/deep'), 0o700)
  writeFileSync(at(`long-${'n'.repeat(200)}`), 'long')
  linux.fs.setXattr(at('link').replace('link', 'new'), 'user.note', Buffer.from('kept'))
  linux.fs.mknodAt(linux.fs.cwd, at('fifo'), { type: 'fifo', mode: 0o600 })
  lutimesSync(at('link'), 12_345, 12_345)
}

const collect = async (chunks: AsyncIterable<Uint8Array>) => Buffer.concat(await Array.fromAsync(chunks))

for (const kind of worldKinds) {
  test(`what a container changed makes a layer that gives the same tree, ${kind}`, async () => {
    await using world = makeWorld(kind)
    const parent = await world.stack([base, rawTar([directory('d')])])
    const { key, mounts } = await world.active(parent)
    inside(world, mounts, change)
    const lower = await world.snapshots.view('lower', parent)
    const tar = await collect(world.differ.compare({ lower, upper: mounts }))
    expect(await collect(world.differ.compare({ lower, upper: mounts }))).toEqual(tar)

    const again = await world.active(parent)
    await world.differ.apply(await storeLayer(world.content, tar), again.mounts)
    let [changed, rebuilt]: object[] = []
    inside(world, mounts, (root) => (changed = treeOf(root)))
    inside(world, again.mounts, (root) => {
      rebuilt = treeOf(root)
      expect(linux.fs.getXattr(join(root, 'new'), 'user.note')?.toString()).toBe('kept')
    })
    expect(rebuilt).toEqual(changed)
    await world.snapshots.remove(key)
  })

  test(`nothing changed makes an empty layer, ${kind}`, async () => {
    await using world = makeWorld(kind)
    const parent = await world.stack([base])
    const { mounts } = await world.active(parent)
    const lower = await world.snapshots.view('lower', parent)
    expect(await collect(world.differ.compare({ lower, upper: mounts }))).toEqual(Buffer.alloc(1024))
  })

  test(`everything is new above nothing, ${kind}`, async () => {
    await using world = makeWorld(kind)
    const parent = await world.stack([base, rawTar([{ name: 'd/.wh.a' }])])
    const upper = await world.snapshots.view('all', parent)
    const tar = await collect(world.differ.compare({ lower: [], upper }))
    const { mounts } = await world.active()
    await world.differ.apply(await storeLayer(world.content, tar), mounts)
    inside(world, mounts, (root) =>
      expect(treeOf(root)).toEqual({ d: 'directory', 'd/b': 'b', e: 'directory', 'e/x': 'x', top: 'top' })
    )
  })

  test(`a comparison that is given up leaves no mount, ${kind}`, async () => {
    await using world = makeWorld(kind)
    const parent = await world.stack([base, base])
    const upper = await world.snapshots.view('all', parent)
    for await (const chunk of world.differ.compare({ lower: [], upper })) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
    expect(linux.mount.list().filter(({ mountPoint }) => mountPoint.startsWith(world.path))).toEqual([])
  })
}

// fuse-overlayfs lets nobody make such a file.
for (const kind of worldKinds.filter((one) => one !== 'fuse-overlayfs')) {
  test(`a file that is named like a whiteout does not become one, ${kind}`, async () => {
    await using world = makeWorld(kind)
    const parent = await world.stack([base])
    const { mounts } = await world.active(parent)
    inside(world, mounts, (root) => {
      writeFileSync(join(root, '.wh.top'), 'x')
      mkdirSync(join(root, 'new/.wh.d'), { recursive: true })
    })
    const lower = await world.snapshots.view('lower', parent)
    const tar = await collect(world.differ.compare({ lower, upper: mounts }))
    expect(tar.includes('.wh.')).toBe(false)
    expect(tar.includes('new/')).toBe(true)
  })
}
