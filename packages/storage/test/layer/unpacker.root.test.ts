import { rawTar, type RawMember } from '@runcible/fixtures'
import { lstatSync, mkdirSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { linux, storeLayer } from '../support.ts'
import { makeWorld, modeOf, treeOf, worldKinds } from './target-worlds.ts'

const directory = (name: string, more: Partial<RawMember> = {}): RawMember => ({
  name,
  flag: '5',
  mode: 0o755,
  ...more
})
const file = (name: string, content = name): RawMember => ({ name, content })
const link = (name: string, linkName: string): RawMember => ({ name, flag: '2', linkName })
const hard = (name: string, linkName: string): RawMember => ({ name, flag: '1', linkName })
const whiteout = (path: string): RawMember => ({ name: path.replace(/([^/]+)$/, '.wh.$1') })
const opaque = (path: string): RawMember => ({ name: path === '' ? '.wh..wh..opq' : `${path}/.wh..wh..opq` })

const base = [
  directory('d'),
  file('d/a'),
  file('d/b'),
  directory('d/sub'),
  file('d/sub/deep'),
  file('top'),
  link('l', 'd')
]
const baseTree = {
  d: 'directory',
  'd/a': 'd/a',
  'd/b': 'd/b',
  'd/sub': 'directory',
  'd/sub/deep': 'd/sub/deep',
  l: '-> d',
  top: 'top'
}
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(baseTree).filter(([name]) => !names.includes(name)))

const stacks: readonly {
  readonly name: string
  readonly layers: readonly (readonly RawMember[])[]
  readonly tree: object
}[] = [
  { name: 'one layer', layers: [base], tree: baseTree },
  {
    name: 'whiteouts',
    layers: [base, [whiteout('d/a'), whiteout('top'), whiteout('absent'), whiteout('no/such')]],
    tree: without('d/a', 'top')
  },
  { name: 'a whiteout of a directory', layers: [base, [whiteout('d')]], tree: { l: '-> d', top: 'top' } },
  {
    name: 'a whiteout, then the name again',
    layers: [base, [whiteout('d'), directory('d'), file('d/new')]],
    tree: { d: 'directory', 'd/new': 'd/new', l: '-> d', top: 'top' }
  },
  {
    name: 'the name, then its whiteout',
    layers: [base, [directory('d'), file('d/new'), whiteout('d')]],
    tree: { d: 'directory', 'd/new': 'd/new', l: '-> d', top: 'top' }
  },
  {
    name: 'a file, then its whiteout',
    layers: [base, [file('top', 'new'), whiteout('top')]],
    tree: { ...baseTree, top: 'new' }
  },
  {
    name: 'a whiteout, then a file below it',
    layers: [base, [whiteout('d'), file('d/new')]],
    tree: { d: 'directory', 'd/new': 'd/new', l: '-> d', top: 'top' }
  },
  {
    name: 'an opaque directory',
    layers: [base, [directory('d'), opaque('d'), file('d/new')]],
    tree: { d: 'directory', 'd/new': 'd/new', l: '-> d', top: 'top' }
  },
  {
    name: 'an opaque mark at the end',
    layers: [base, [directory('d'), file('d/new'), opaque('d')]],
    tree: { d: 'directory', 'd/new': 'd/new', l: '-> d', top: 'top' }
  },
  {
    name: 'an opaque mark without its directory',
    layers: [base, [opaque('d')]],
    tree: { d: 'directory', l: '-> d', top: 'top' }
  },
  { name: 'an opaque root', layers: [base, [opaque(''), file('new')]], tree: { new: 'new' } },
  {
    name: 'an opaque root at the end',
    layers: [base, [file('new'), directory('d'), file('d/new'), opaque('')]],
    tree: { d: 'directory', 'd/new': 'd/new', new: 'new' }
  },
  { name: 'a file for a directory', layers: [base, [file('d', 'file')]], tree: { d: 'file', l: '-> d', top: 'top' } },
  {
    name: 'a directory for a file',
    layers: [base, [directory('top'), file('top/x')]],
    tree: { ...baseTree, top: 'directory', 'top/x': 'top/x' }
  },
  {
    name: 'a file for a directory, then a directory',
    layers: [base, [file('d', 'file'), directory('d'), file('d/x')]],
    tree: { d: 'directory', 'd/x': 'd/x', l: '-> d', top: 'top' }
  },
  {
    name: 'a directory for a link',
    layers: [base, [directory('l'), file('l/x')]],
    tree: { ...baseTree, l: 'directory', 'l/x': 'l/x' }
  },
  {
    name: 'a directory for a link, as before two layers',
    layers: [base, [file('other')], [directory('l'), file('l/x')]],
    tree: { ...baseTree, other: 'other', l: 'directory', 'l/x': 'l/x' }
  },
  { name: 'a parent that is a link below', layers: [base, [file('l/new')]], tree: { ...baseTree, 'd/new': 'l/new' } },
  {
    name: 'a parent that is missing',
    layers: [base, [file('x/y/z')]],
    tree: { ...baseTree, x: 'directory', 'x/y': 'directory', 'x/y/z': 'x/y/z' }
  },
  {
    name: 'a link that hangs, as parent',
    layers: [[link('hang', 'some/where')], [file('hang/x')]],
    tree: { hang: '-> some/where', some: 'directory', 'some/where': 'directory', 'some/where/x': 'hang/x' }
  },
  {
    name: 'names in other forms',
    layers: [[directory('./'), directory('./a/'), file('./a//b'), file('/c')]],
    tree: { a: 'directory', 'a/b': './a//b', c: '/c' }
  },
  { name: 'the same name twice', layers: [[file('x', '1'), file('x', '2')]], tree: { x: '2' } },
  {
    name: 'hard links',
    layers: [[file('a', 'text'), hard('b', 'a'), hard('c', './b')]],
    tree: { a: 'text', b: 'text', c: 'text' }
  },
  { name: 'a hard link to itself', layers: [[file('a', 'text'), hard('a', 'a')]], tree: { a: 'text' } },
  {
    name: 'a hard link to a file below',
    layers: [base, [hard('d/c', 'd/a'), hard('e', 'd/sub/deep')]],
    tree: { ...baseTree, 'd/c': 'd/a', e: 'd/sub/deep' }
  },
  {
    name: 'marks of AUFS',
    layers: [[directory('.wh..wh.plnk'), file('.wh..wh.plnk/1.2'), file('.wh..wh.aufs'), file('x')]],
    tree: { x: 'x' }
  },
  {
    name: 'three layers',
    layers: [base, [whiteout('d/a'), file('d/c')], [whiteout('d/c'), file('d/a', 'again')]],
    tree: { ...baseTree, 'd/a': 'again' }
  },
  { name: 'nothing', layers: [[], []], tree: {} }
]

describe.for(worldKinds)('a stack of layers with %s', (kind) => {
  for (const { name, layers, tree } of stacks) {
    test(name, async () => {
      await using world = makeWorld(kind)
      const key = await world.stack(layers.map(rawTar))
      await world.look(key, (root) => expect(treeOf(root)).toEqual(tree))
    })
  }

  test('attributes come through', async () => {
    await using world = makeWorld(kind)
    const capability = Buffer.from('0100000200040000000000000000000000000000', 'hex')
    // Owner rw, user 1000 rwx, group r, mask rwx, others r: the mode shows the mask for the group.
    const acl = Buffer.from(
      '0200000001000600ffffffff02000700e803000004000400ffffffff10000700ffffffff20000400ffffffff',
      'hex'
    )
    const pax = {
      mtime: '1234567890.123456789',
      'SCHILY.xattr.user.note': Buffer.from([0, 1, 10, 255]),
      'SCHILY.xattr.security.capability': capability,
      'SCHILY.xattr.system.posix_acl_access': acl,
      'SCHILY.xattr.trusted.overlay.opaque': 'y',
      'SCHILY.xattr.trusted.overlay.redirect': '/etc',
      'SCHILY.xattr.user.overlay.opaque': 'y',
      'SCHILY.xattr.security.selinux': 'system_u:object_r:evil_t:s0',
      'SCHILY.xattr.trusted.note': 'x'
    }
    const key = await world.stack([
      rawTar([
        directory('./', { mode: 0o711, uid: 3 }),
        { ...file('setuid'), mode: 0o4755, uid: 1000, gid: 70_000, pax },
        directory('sticky', { mode: 0o1777, mtime: 77 }),
        file('sticky/x'),
        { ...link('link', 'nowhere'), uid: 5, mtime: 99 },
        { name: 'null', flag: '3', major: 1, minor: 3, mode: 0o666, uid: 9 },
        { name: 'fifo', flag: '6', mode: 0o622 },
        { ...file('old'), pax: { mtime: '-1.5' } },
        { ...file('large-id'), uid: 0xffff_fffe }
      ])
    ])
    await world.look(key, (root) => {
      const at = (name: string) => join(root, name)
      expect(statSync(root)).toMatchObject({ uid: 3 })
      expect(modeOf(root)).toBe(0o711)
      expect(modeOf(at('setuid'))).toBe(0o4674)
      expect(statSync(at('setuid'), { bigint: true })).toMatchObject({
        uid: 1000n,
        gid: 70_000n,
        mtimeNs: 1_234_567_890_123_456_789n
      })
      expect(linux.fs.listXattrs(at('setuid')).toSorted()).toEqual([
        'security.capability',
        'system.posix_acl_access',
        'user.note'
      ])
      expect(linux.fs.getXattr(at('setuid'), 'user.note')).toEqual(Buffer.from([0, 1, 10, 255]))
      expect(linux.fs.getXattr(at('setuid'), 'security.capability')).toEqual(capability)
      expect(modeOf(at('sticky'))).toBe(0o1777)
      expect(statSync(at('sticky')).mtimeMs).toBe(77_000)
      expect(lstatSync(at('link'))).toMatchObject({ uid: 5, mtimeMs: 99_000 })
      expect(statSync(at('null'))).toMatchObject({ rdev: 0x103, uid: 9, mode: 0o20666 })
      expect(statSync(at('fifo')).mode).toBe(0o10622)
      expect(statSync(at('old')).mtimeMs).toBe(-1500)
      expect(statSync(at('large-id')).uid).toBe(0xffff_fffe)
    })
  })

  test('names that are not UTF-8, and twins in Unicode, stay as they are', async () => {
    await using world = makeWorld(kind)
    const names = ['caf\xe9', 'caf\xc3\xa9', 'cafe\xcc\x81', '\xff\xfe']
    const key = await world.stack([rawTar([...names.map((name) => file(name, 'x')), link('l', 'caf\xe9')])])
    await world.look(key, (root) => {
      const found = readdirSync(root, { encoding: 'buffer' }).map((name) => name.toString('latin1'))
      expect(found.toSorted()).toEqual([...names, 'l'].toSorted())
      expect(readlinkSync(join(root, 'l'), { encoding: 'buffer' })).toEqual(Buffer.from('caf\xe9', 'latin1'))
    })
  })

  test('a directory that a layer only passes through keeps its attributes', async () => {
    await using world = makeWorld(kind)
    const pax = { 'SCHILY.xattr.user.note': 'kept' }
    const lower = rawTar([directory('d', { mode: 0o2750, uid: 4, gid: 5, mtime: 1000, pax }), file('d/a')])
    const key = await world.stack([lower, rawTar([file('d/b')])])
    await world.look(key, (root) => {
      expect(statSync(join(root, 'd'))).toMatchObject({ mode: 0o42750, uid: 4, gid: 5, mtimeMs: 1_000_000 })
      expect(linux.fs.getXattr(join(root, 'd'), 'user.note')?.toString()).toBe('kept')
    })
  })

  test('a directory that no layer lists has a time that comes from the layer', async () => {
    await using world = makeWorld(kind)
    const members = [{ ...file('made/deep/a'), mtime: 55 }, { ...file('made/b'), mtime: 66 }, file('listed/x')]
    const upper = [
      { ...file('made/more/c'), mtime: 77 },
      { ...whiteout('made/b'), mtime: 88 }
    ]
    const key = await world.stack([rawTar([...members, directory('listed', { mtime: 44 })]), rawTar(upper)])
    await world.look(key, (root) => {
      const seconds = (name: string) => statSync(join(root, name)).mtimeMs / 1000
      expect(['made', 'made/deep', 'made/more', 'listed'].map(seconds)).toEqual([55, 55, 77, 44])
    })
  })

  test('hard links are one file', async () => {
    await using world = makeWorld(kind)
    const key = await world.stack([rawTar([file('a'), hard('b', 'a'), link('s', 'a'), hard('t', 's')])])
    await world.look(key, (root) => {
      expect(statSync(join(root, 'a')).ino).toBe(statSync(join(root, 'b')).ino)
      expect(lstatSync(join(root, 't')).isSymbolicLink()).toBe(true)
    })
  })
})

test('mounts that are neither a bind nor an overlay are mounted for the while', async () => {
  await using world = makeWorld('overlay')
  const { mounts } = await world.active()
  mkdirSync(join(world.path, 'data'))
  const nested = [
    ...mounts,
    { type: 'bind', source: join(world.path, 'data'), target: '/data', options: ['rbind', 'rw'] }
  ]
  mkdirSync(join(mounts[0]?.source ?? '', 'data'))
  await world.differ.apply(await storeLayer(world.content, rawTar([file('data/x'), file('y')])), nested)
  expect(treeOf(join(world.path, 'data'))).toEqual({ x: 'data/x' })
  expect(treeOf(join(world.path, 'tmp'))).toEqual({})
})
