import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLinux, mountTree, unmountTree } from '../src/index.ts'

const linux = createLinux()

const temporary = () => {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'runcible-mount-tree-')))
  const dispose = () => {
    unmountTree(linux, path)
    rmSync(path, { recursive: true, force: true })
  }
  const make = (name: string) => {
    mkdirSync(join(path, name), { recursive: true })
    return join(path, name)
  }
  return { path, make, [Symbol.dispose]: dispose }
}

const below = (path: string) => linux.mount.list().filter(({ mountPoint }) => mountPoint.startsWith(path))

test('binds with attributes, and unmounts all', () => {
  using directory = temporary()
  const [source, root] = [directory.make('source/inner'), directory.make('root')]
  writeFileSync(join(source, 'file'), 'x')
  mountTree(linux, root, [{ type: 'bind', source: join(source, '..'), options: ['rbind', 'ro', 'nodev'] }])
  expect(readFileSync(join(root, 'inner/file'), 'utf8')).toBe('x')
  expect(() => writeFileSync(join(root, 'new'), 'x')).toThrow('EROFS')
  expect(below(root)[0]?.options).toEqual(expect.arrayContaining(['ro', 'nodev']))
  unmountTree(linux, root)
  unmountTree(linux, root)
  expect(below(root)).toEqual([])
})

test('resolves targets inside the root, and undoes all on failure', () => {
  using directory = temporary()
  const [source, root, outside] = [directory.make('source'), directory.make('root'), directory.make('outside')]
  symlinkSync(outside, join(source, 'link'))
  mkdirSync(join(source, 'real'))
  const rootfs = { type: 'bind', source, options: ['bind'] }
  mountTree(linux, root, [rootfs, { type: 'tmpfs', source: 'tmpfs', target: '/real', options: ['size=64k'] }])
  expect(below(root).map(({ mountPoint }) => mountPoint)).toEqual([root, join(root, 'real')])
  unmountTree(linux, root)
  expect(() =>
    mountTree(linux, root, [rootfs, { type: 'tmpfs', source: 'tmpfs', target: '/link', options: [] }])
  ).toThrow('ENOENT')
  expect(below(directory.path)).toEqual([])
})

test('changes the propagation of a mount below the root', () => {
  using directory = temporary()
  const [source, root] = [directory.make('source/real'), directory.make('root')]
  const entries = [
    { type: 'bind', source: join(source, '..'), options: ['bind', 'private'] },
    { type: 'tmpfs', source: 'tmpfs', target: '/real', options: ['rshared'] }
  ]
  mountTree(linux, root, entries)
  expect(below(join(root, 'real'))[0]?.propagation).toEqual([expect.stringMatching(/^shared:/)])
})

test.for([
  [100, 'm'.repeat(60)],
  [100, 'with:colon']
] as const)('mounts an overlay of %i layers whose paths are long', ([count, name]) => {
  using directory = temporary()
  const layers = Array.from({ length: count }, (_, index) => directory.make(`${name}/l${index}/fs`))
  layers.forEach((layer, index) => writeFileSync(join(layer, `f${index}`), String(index)))
  const [upper, work, root] = [directory.make('upper'), directory.make('work'), directory.make('root')]
  const lower = `lowerdir=${layers.map((layer) => layer.replaceAll(':', '\\:')).join(':')}`
  mountTree(linux, root, [
    { type: 'overlay', source: 'overlay', options: [lower, `upperdir=${upper}`, `workdir=${work}`] }
  ])
  expect(readFileSync(join(root, 'f0'), 'utf8')).toBe('0')
  expect(readFileSync(join(root, `f${count - 1}`), 'utf8')).toBe(String(count - 1))
})

test('says when even the short form does not fit', () => {
  using directory = temporary()
  const root = directory.make('root')
  const layers = Array.from({ length: 400 }, (_, index) => directory.make(`l/${index}/fs`))
  const entry = { type: 'overlay', source: 'overlay', options: [`lowerdir=${layers.join(':')}`] }
  expect(() => mountTree(linux, root, [entry])).toThrow('do not fit')
})
