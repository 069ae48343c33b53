import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLinux, pathBelow } from '../src/index.ts'
import { temporaryDirectory } from './temporary.ts'

const { fs } = createLinux()
const directory = temporaryDirectory()

test.each([
  ['character', 1, 3],
  ['block', 259, 0x12345],
  ['character', 0xabc, 0xfffff]
] as const)('a %s device %i:%i is made as the kernel and Node see it', (type, major, minor) => {
  fs.mknodAt(directory.fd, 'device', { type, mode: 0o600, major, minor })
  expect(fs.statAt(directory.fd, 'device')).toMatchObject({ type, mode: 0o600, special: { major, minor } })
  const node = statSync(join(directory.path, 'device'))
  expect(type === 'block' ? node.isBlockDevice() : node.isCharacterDevice()).toBe(true)
})

test('an overlay whiteout is device 0:0', () => {
  fs.mknodAt(directory.fd, 'gone', { type: 'character', mode: 0 })
  expect(fs.statAt(directory.fd, 'gone')).toMatchObject({ type: 'character', special: { major: 0, minor: 0 } })
})

test('owners of files and of links themselves', () => {
  fs.symlinkAt('/etc/passwd', directory.fd, 'link')
  fs.chownAt(directory.fd, 'link', 1234, 4_000_000_000)
  expect(fs.statAt(directory.fd, 'link')).toMatchObject({ type: 'symlink', uid: 1234, gid: 4_000_000_000 })
  expect(statSync('/etc/passwd').uid).toBe(0)
})

test('trusted and security attributes, on links too', () => {
  fs.mkdirAt(directory.fd, 'dir', 0o755)
  fs.symlinkAt('nowhere', directory.fd, 'link')
  fs.setXattr(pathBelow(directory.fd, 'dir'), 'trusted.overlay.opaque', Buffer.from('y'))
  fs.setXattr(pathBelow(directory.fd, 'link'), 'trusted.note', Buffer.from('on the link'))
  expect(fs.getXattr(join(directory.path, 'dir'), 'trusted.overlay.opaque')?.toString()).toBe('y')
  expect(fs.getXattr(join(directory.path, 'link'), 'trusted.note')?.toString()).toBe('on the link')
  expect(fs.listXattrs(join(directory.path, 'link'))).toContain('trusted.note')
  fs.removeXattr(join(directory.path, 'link'), 'trusted.note')
  expect(fs.getXattr(join(directory.path, 'link'), 'trusted.note')).toBeUndefined()

  fs.close(fs.openAt(directory.fd, 'program', ['write', 'create'], 0o755))
  // VFS_CAP_REVISION_2 with CAP_NET_BIND_SERVICE permitted and effective.
  const capability = Buffer.from('0100000200040000000000000000000000000000', 'hex')
  fs.setXattr(join(directory.path, 'program'), 'security.capability', capability)
  expect(fs.getXattr(join(directory.path, 'program'), 'security.capability')).toEqual(capability)
})
