import { type RawMember, rawTar } from '@runcible/fixtures'
import { isEngineError } from '@runcible/interface'
import fc from 'fast-check'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { storeLayer, temporary } from '../support.ts'
import { makeWorld, type World, worldKinds } from './target-worlds.ts'

/** Everything about a tree that a layer could change from outside it. Names are bytes: each character stands for one. */
const canary = (root: string): Record<string, string> => {
  const found: Record<string, string> = {}
  const visit = (name: string): void => {
    const path = Buffer.from(name, 'latin1')
    const { mode, uid, gid, size, mtimeNs, ctimeNs, nlink } = lstatSync(path, { bigint: true })
    const kind = Number(mode) & 0o170000
    const content =
      kind === 0o120000 ? readlinkSync(path, 'latin1') : kind === 0o100000 ? readFileSync(path, 'latin1') : ''
    found[name] = [mode.toString(8), uid, gid, kind === 0o040000 ? 0 : size, mtimeNs, ctimeNs, nlink, content].join(' ')
    if (kind !== 0o040000) return
    for (const child of readdirSync(path, 'latin1').toSorted()) visit(`${name}/${child}`)
  }
  visit(root)
  return found
}

const outsideMark = '<outside>'
const often = <T>(usual: readonly T[], seldom: readonly T[], weight = 25): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: fc.constantFrom(...seldom) })

// A layer is refused for its first bad member: what is always bad must be rare.
const piece = often(
  ['a', 'b', 'c', 'up', 'up', 'low', 'victim', 'dir'],
  ['..', '', '.wh..', '.wh.', '\xff', 'e\u0301'],
  40
)
const path = fc.oneof(
  { weight: 8, arbitrary: fc.array(piece, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')) },
  {
    weight: 2,
    arbitrary: often(['up/.wh.victim', 'low/.wh.inner', 'a/.wh..wh..opq', '.wh.a', 'up/.wh..wh..opq'], ['.wh..wh.x'])
  },
  { weight: 4, arbitrary: fc.constantFrom('', '/victim', '/dir', '/dir/inner').map((rest) => outsideMark + rest) },
  { weight: 1, arbitrary: often(['/', '.', './'], ['..', '../..', `../../../../../../../..${outsideMark}`], 2) }
)

const flags = often(['0', '0', '0', '2', '2', '5', '5', '5'], ['1', '3', '4', '6', '7', '\0'], 5)
const member: fc.Arbitrary<RawMember> = fc
  .record({
    name: path,
    linkName: path,
    flag: flags,
    content: fc.constantFrom('', 'evil', 'x'.repeat(600)),
    mode: fc.constantFrom(0o644, 0o755, 0o4755, 0o1777, 0),
    uid: often([0, 1, 65_534], [0xffff_ffff], 60),
    pax: often<Readonly<Record<string, string>>>(
      [
        {},
        {},
        {},
        {},
        { 'SCHILY.xattr.trusted.overlay.opaque': 'y' },
        { 'SCHILY.xattr.trusted.overlay.redirect': '/../../..' },
        { 'SCHILY.xattr.user.overlay.whiteout': 'y' },
        { mtime: '-1' }
      ],
      [{ path: '../x' }, { linkpath: `${outsideMark}/victim` }]
    )
  })
  .map(({ pax, content, ...one }) => ({
    ...one,
    content: '07\0'.includes(one.flag) ? content : '',
    ...(Object.keys(pax).length === 0 ? {} : { pax })
  }))

/** Below all: links out of the root, that every later member may go through. */
const base: readonly RawMember[] = [
  { name: 'up', flag: '2', linkName: outsideMark },
  { name: 'a/', flag: '5', mode: 0o755 },
  { name: 'a/b', content: 'b' },
  { name: 'low', flag: '2', linkName: 'up/dir' },
  { name: 'a/up', flag: '2', linkName: '../low' }
]

const layers = fc.array(fc.array(member, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 2 })

const placed = (members: readonly RawMember[], outside: string): RawMember[] => {
  const at = (text: string): string => text.replaceAll(outsideMark, outside)
  return members.map((one) => ({
    ...one,
    name: at(one.name),
    linkName: at(one.linkName ?? ''),
    ...(one.pax === undefined
      ? {}
      : { pax: Object.fromEntries(Object.entries(one.pax).map(([key, value]) => [key, at(String(value))])) })
  }))
}

const makeOutside = (root: string): string => {
  const outside = join(root, 'o')
  mkdirSync(join(outside, 'dir'), { recursive: true })
  writeFileSync(join(outside, 'victim'), 'untouched', { mode: 0o600 })
  writeFileSync(join(outside, 'dir', 'inner'), 'untouched')
  symlinkSync('victim', join(outside, 'link'))
  chmodSync(join(outside, 'dir'), 0o750)
  return outside
}

/** Puts one layer above the others, if it is taken; gives what is on top then. */
const put = async (
  world: World,
  tar: Buffer,
  parent: string | undefined,
  name: string
): Promise<string | undefined> => {
  const { key, mounts } = await world.active(parent)
  try {
    await world.differ.apply(await storeLayer(world.content, tar), mounts)
  } catch (error) {
    await world.snapshots.remove(key)
    if (!isEngineError(error)) throw error
    expect(['invalid-argument', 'corrupt', 'unsupported', 'exhausted']).toContain(error.code)
    return parent
  }
  await world.snapshots.commit(name, key)
  return name
}

test.for(worldKinds)(
  'archives of any members change nothing outside the layer, %s',
  { timeout: 120_000 },
  async (kind) => {
    let taken = 0
    await fc.assert(
      fc.asyncProperty(layers, async (stack) => {
        await using directory = temporary()
        await using world = makeWorld(kind)
        const outside = makeOutside(directory.path)
        const before = canary(outside)
        let top: string | undefined
        for (const [at, members] of [base, ...stack].entries()) {
          const below = top === undefined ? undefined : await world.look(top, canaryWithin)
          const next = await put(world, rawTar(placed(members, outside)), top, `layer-${at}`)
          // What is below is shared with other images.
          if (top !== undefined) expect(await world.look(top, canaryWithin)).toEqual(below)
          if (at > 0 && next !== top) taken++
          top = next
        }
        expect(canary(outside)).toEqual(before)
      }),
      { numRuns: kind === 'fuse-overlayfs' ? 20 : 50 }
    )
    // Archives of which none is taken would prove little.
    expect(taken).toBeGreaterThan(4)
  }
)

/** A mounted tree, by names in it; numbers of links and changes of inodes belong to how a snapshot is kept. */
const canaryWithin = (root: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(canary(root)).map(([name, text]) => [
      name.slice(root.length),
      text.split(' ').toSpliced(5, 2).join(' ')
    ])
  )

test.for(worldKinds)('a whiteout of what is not below leaves no name, %s', async (kind) => {
  await using world = makeWorld(kind)
  const top = await world.stack([
    rawTar([{ name: 'below/x', content: 'x' }]),
    rawTar([
      { name: 'own/file', content: 'f' },
      { name: 'own/.wh.absent' },
      { name: 'below/.wh.absent' },
      { name: 'below/.wh.x' }
    ])
  ])
  await world.look(top, (root) => {
    expect(readdirSync(join(root, 'own'))).toEqual(['file'])
    expect(readdirSync(join(root, 'below'))).toEqual([])
  })
})
