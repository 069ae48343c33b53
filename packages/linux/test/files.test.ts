import { readFileSync, statSync, symlinkSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLinux, openFlags, pathBelow } from '../src/index.ts'
import { temporaryDirectory } from './temporary.ts'

const { fs } = createLinux()
const directory = temporaryDirectory()
const create = (name: string | Buffer, mode = 0o644) =>
  fs.close(fs.openAt(directory.fd, name, ['write', 'create', 'exclusive'], mode))

test('names that are not UTF-8 go through every call', () => {
  const name = Buffer.from([0x6e, 0xff, 0xfe])
  const other = Buffer.from([0x6d, 0xff])
  fs.mkdirAt(directory.fd, name, 0o750)
  expect(fs.statAt(directory.fd, name)).toMatchObject({ type: 'directory', mode: 0o750 })
  fs.symlinkAt(name, directory.fd, other)
  expect(fs.readlinkAt(directory.fd, other)).toEqual(name)
  fs.unlinkAt(directory.fd, other)
  fs.renameAt(directory.fd, name, directory.fd, other)
  fs.unlinkAt(directory.fd, other, { directory: true })
  expect(() => fs.statAt(directory.fd, other)).toThrow('ENOENT')
})

test('a name with a NUL byte is refused in both forms', () => {
  expect(() => fs.mkdirAt(directory.fd, 'a\0b', 0o755)).toThrow(/null/i)
  expect(() => fs.mkdirAt(directory.fd, Buffer.from('a\0b'), 0o755)).toThrow('NUL')
})

test('status agrees with that of Node', () => {
  writeFileSync(join(directory.path, 'file'), 'twelve bytes', { mode: 0o640 })
  fs.linkAt(directory.fd, 'file', directory.fd, 'second')
  const ours = fs.statAt(directory.fd, 'file')
  const node = statSync(join(directory.path, 'file'), { bigint: true })
  expect(ours).toMatchObject({
    type: 'file',
    mode: 0o640,
    size: 12,
    nlink: 2,
    ino: node.ino,
    uid: Number(node.uid),
    gid: Number(node.gid)
  })
  expect(ours).toMatchObject({
    atimeNs: node.atimeNs,
    mtimeNs: node.mtimeNs,
    ctimeNs: node.ctimeNs,
    blocks: Number(node.blocks)
  })
})

test('an empty name is the open file itself', () => {
  create('file', 0o600)
  const handle = fs.openAt(directory.fd, 'file', ['path'])
  expect(fs.statAt(handle, '')).toEqual(fs.statAt(directory.fd, 'file'))
  fs.setTimesAt(handle, '', { mtimeNs: 5n })
  expect(fs.statAt(handle, '').mtimeNs).toBe(5n)
  fs.close(handle)
})

test('times are exact to the nanosecond, before 1970 too, and what is left out stays', () => {
  create('file')
  fs.setTimesAt(directory.fd, 'file', { atimeNs: 1_700_000_000_123_456_789n, mtimeNs: -1n })
  expect(fs.statAt(directory.fd, 'file')).toMatchObject({ atimeNs: 1_700_000_000_123_456_789n, mtimeNs: -1n })
  fs.setTimesAt(directory.fd, 'file', { mtimeNs: -1_500_000_000n })
  expect(fs.statAt(directory.fd, 'file')).toMatchObject({
    atimeNs: 1_700_000_000_123_456_789n,
    mtimeNs: -1_500_000_000n
  })
})

test('a link is set and read itself unless it is to be followed', () => {
  create('file', 0o600)
  fs.symlinkAt('file', directory.fd, 'link')
  fs.setTimesAt(directory.fd, 'link', { mtimeNs: 7n })
  expect(fs.statAt(directory.fd, 'link')).toMatchObject({ type: 'symlink', mtimeNs: 7n })
  fs.chmodAt(directory.fd, 'link', 0o4711)
  expect(fs.statAt(directory.fd, 'link', { follow: true })).toMatchObject({ type: 'file', mode: 0o4711 })
  fs.linkAt(directory.fd, 'link', directory.fd, 'hard')
  expect(fs.statAt(directory.fd, 'hard').type).toBe('symlink')
})

test('rename refuses, swaps or replaces', () => {
  writeFileSync(join(directory.path, 'a'), 'a')
  writeFileSync(join(directory.path, 'b'), 'b')
  expect(() => fs.renameAt(directory.fd, 'a', directory.fd, 'b', 'noReplace')).toThrow('EEXIST')
  fs.renameAt(directory.fd, 'a', directory.fd, 'b', 'exchange')
  expect(readFileSync(join(directory.path, 'a'), 'utf8')).toBe('b')
  fs.renameAt(directory.fd, 'a', directory.fd, 'b')
  expect(readFileSync(join(directory.path, 'b'), 'utf8')).toBe('b')
  expect(() => fs.statAt(directory.fd, 'a')).toThrow('ENOENT')
})

test('fifos need no privilege', () => {
  fs.mknodAt(directory.fd, 'fifo', { type: 'fifo', mode: 0o600 })
  expect(fs.statAt(directory.fd, 'fifo')).toMatchObject({ type: 'fifo', mode: 0o600 })
})

test('descriptors are close-on-exec unless inherited on purpose', () => {
  create('file')
  const flagsOf = (fd: number) =>
    Number.parseInt(/flags:\s+(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '', 8)
  const cloexec = 0o2000000
  const fd = fs.openAt(directory.fd, 'file', ['read'])
  const other = fs.openAt(directory.fd, 'file', openFlags(['read']))
  expect([fd, other].map((each) => flagsOf(each) & cloexec)).toEqual([cloexec, cloexec])
  fs.setInherit(fd, true)
  expect(flagsOf(fd) & cloexec).toBe(0)
  fs.duplicateOnto(fd, other)
  expect(flagsOf(other) & cloexec).toBe(cloexec)
  fs.duplicateOnto(fd, other, { inherit: true })
  expect(flagsOf(other) & cloexec).toBe(0)
  fs.close(fd)
  fs.close(other)
})

test('a pipe holds as much as it is told to', () => {
  const [input, output] = createLinux().socket.pipe()
  fs.setPipeSize(output, 256 * 1024)
  expect(writeSync(output, Buffer.alloc(200 * 1024))).toBe(200 * 1024)
  expect(() => fs.setPipeSize(input, 4096)).toThrow('EBUSY')
  fs.close(input)
  fs.close(output)
})

test('a filesystem tells its kind and its room, and is written out', () => {
  expect(fs.filesystemOf('/proc').type).toBe(0x9fa0)
  const { size, available, blockSize } = fs.filesystemOf(directory.path)
  expect(size).toBeGreaterThan(available)
  expect(blockSize).toBeGreaterThan(0)
  fs.syncFilesystem(directory.fd)
})

test('extended attributes of files, links and descriptors', () => {
  create('file')
  const path = pathBelow(directory.fd, 'file')
  fs.setXattr(path, 'user.note', Buffer.from([1, 0, 255]))
  fs.setXattr(path, 'user.empty', Buffer.alloc(0))
  expect(
    fs
      .listXattrs(path)
      .filter((name) => name.startsWith('user.'))
      .sort()
  ).toEqual(['user.empty', 'user.note'])
  expect(fs.getXattr(path, 'user.note')).toEqual(Buffer.from([1, 0, 255]))
  expect(fs.getXattr(path, 'user.empty')).toEqual(Buffer.alloc(0))
  expect(fs.getXattr(path, 'user.none')).toBeUndefined()
  expect(() => fs.setXattr(path, 'user.note', Buffer.of(1), { only: 'create' })).toThrow('EEXIST')
  expect(() => fs.setXattr(path, 'user.none', Buffer.of(1), { only: 'replace' })).toThrow('ENODATA')
  const fd = fs.openAt(directory.fd, 'file', ['write'])
  fs.removeXattr(fd, 'user.note')
  fs.setXattr(fd, 'user.fd', Buffer.from('x'))
  expect(fs.getXattr(fd, 'user.fd')?.toString()).toBe('x')
  expect(fs.listXattrs(fd)).not.toContain('user.note')
  fs.close(fd)
  symlinkSync('file', join(directory.path, 'link'))
  expect(() => fs.setXattr(pathBelow(directory.fd, Buffer.from('link')), 'user.note', Buffer.of(1))).toThrow('EPERM')
})
