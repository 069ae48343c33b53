import type { FileChange, Mount } from '@runcible/interface'
import { mountTree, unmountTree } from '@runcible/linux'
import fc from 'fast-check'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { linux, storeLayer } from '../support.ts'
import { change, makeChange, wholeTree, type Change } from './random-changes.ts'
import { makeWorld, type World } from './target-worlds.ts'

const changes = fc.array(change, { minLength: 5, maxLength: 40 })

function inside<T>(world: World, mounts: readonly Mount[], use: (root: string) => T): T {
  const at = mkdtempSync(join(world.path, 'at-'))
  mountTree(linux, at, mounts)
  try {
    return use(at)
  } finally {
    unmountTree(linux, at)
    rmdirSync(at)
  }
}

const collect = async (chunks: AsyncIterable<Uint8Array>) => Buffer.concat(await Array.fromAsync(chunks))

/** A committed snapshot that these changes make of an empty directory. */
async function baseOf(world: World, made: readonly Change[], name: string): Promise<string> {
  const { key, mounts } = await world.active()
  inside(world, mounts, (root) => made.forEach((one) => makeChange(root, one)))
  await world.snapshots.commit(name, key)
  return name
}

const kindOf = (before: string | undefined, after: string | undefined): FileChange['kind'] | undefined => {
  if (before === after) return undefined
  if (before === undefined) return 'added'
  return after === undefined ? 'deleted' : 'changed'
}

for (const kind of ['overlay', 'vfs'] as const) {
  test(`any tree is rebuilt from its difference to another, ${kind}`, { timeout: 300_000 }, async () => {
    await using world = makeWorld(kind)
    let count = 0
    const property = fc.asyncProperty(changes, changes, async (first, then) => {
      const parent = await baseOf(world, first, `base-${count++}`)
      const { key, mounts } = await world.active(parent)
      inside(world, mounts, (root) => then.forEach((one) => makeChange(root, one)))
      const view = `view-${parent}`
      const lower = await world.snapshots.view(view, parent)

      const layer = await collect(world.differ.compare({ lower, upper: mounts }))
      const again = await world.active(parent)
      await world.differ.apply(await storeLayer(world.content, layer), again.mounts)
      const before = inside(world, lower, wholeTree)
      const after = inside(world, mounts, wholeTree)
      expect(inside(world, again.mounts, wholeTree)).toEqual(after)
      expect(await collect(world.differ.compare({ lower, upper: mounts }))).toEqual(layer)

      const told = await Array.fromAsync(world.differ.changes({ lower, upper: mounts }))
      const seen = new Map(told.map((one) => [one.path.slice(1), one.kind]))
      expect(seen.size).toBe(told.length)
      for (const path of after.keys()) {
        const shown = Buffer.from(path, 'latin1').toString('utf8')
        const found = kindOf(before.get(path), after.get(path))
        // More may be told: a file that was written and is as before, a directory in which names changed.
        if (found !== undefined && sameLinks(before.get(path), after.get(path)))
          expect([shown, seen.get(shown)]).toEqual([shown, found])
      }
      for (const [path, what] of seen) {
        if (what === 'deleted') expect(shownPaths(after)).not.toContain(path)
        else expect(shownPaths(after)).toContain(path)
        if (what === 'added') expect(shownPaths(before)).not.toContain(path)
        else expect(shownPaths(before)).toContain(path)
      }

      const everything = await collect(world.differ.compare({ lower: [], upper: mounts, archive: true }))
      const flat = await world.active()
      await world.differ.apply(await storeLayer(world.content, everything), flat.mounts)
      expect(inside(world, flat.mounts, wholeTree)).toEqual(after)
      for (const done of [key, again.key, flat.key, view, parent]) await world.snapshots.remove(done)
    })
    await fc.assert(property, { numRuns: 60, endOnFailure: false })
  })
}

const shownPaths = (tree: ReadonlyMap<string, string>) =>
  [...tree.keys()].map((path) => Buffer.from(path, 'latin1').toString('utf8'))

/** A file whose other names went or came is itself as it was. */
const sameLinks = (before: string | undefined, after: string | undefined): boolean => {
  const links = (text: string | undefined) => /same as (.*),[^,]*$/s.exec(text ?? '')?.[1]
  return before === undefined || after === undefined || links(before) === links(after)
}
