import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLinux } from '../src/index.ts'
import { temporaryDirectory } from './temporary.ts'

const { namespace, mount, fs } = createLinux()
const directory = temporaryDirectory()
const own = () => readlinkSync('/proc/thread-self/ns/net')
const interfaces = () => readFileSync('/proc/thread-self/net/dev', 'utf8').split('\n').length - 3

const network = () => {
  const path = join(directory.path, 'deep', 'net')
  namespace.createNetwork(path)
  directory.defer(() => namespace.removeNetwork(path))
  return path
}

test('a network namespace is made, entered by calls and children, and removed', () => {
  const before = own()
  const path = network()
  expect(own()).toBe(before)
  expect(mount.isMountPoint(path)).toBe(true)
  const inside = namespace.withNetwork(path, () => ({
    id: own(),
    child: spawnSync('readlink', ['/proc/self/ns/net'], { encoding: 'utf8' }).stdout.trim(),
    interfaces: interfaces()
  }))
  expect(inside.id).not.toBe(before)
  expect(inside).toMatchObject({ child: inside.id, interfaces: 1 })
  expect(own()).toBe(before)
  namespace.removeNetwork(path)
  namespace.removeNetwork(path)
  expect([mount.isMountPoint(path), existsSync(path)]).toEqual([false, false])
})

test('the thread comes back when the function throws or returns a promise', () => {
  const before = own()
  const path = network()
  expect(() =>
    namespace.withNetwork(path, () => {
      throw new Error('inside')
    })
  ).toThrow('inside')
  expect(() => namespace.withNetwork(path, async () => undefined)).toThrow('synchronous')
  expect(own()).toBe(before)
})

test('an existing file is left alone', () => {
  const path = join(directory.path, 'taken')
  writeFileSync(path, 'mine')
  expect(() => namespace.createNetwork(path)).toThrow('EEXIST')
  expect(readFileSync(path, 'utf8')).toBe('mine')
  expect(mount.isMountPoint(path)).toBe(false)
})

test('a file that is no namespace cannot be entered, and one without a mount can be removed', () => {
  const path = join(directory.path, 'plain')
  writeFileSync(path, '')
  const before = own()
  expect(() => namespace.withNetwork(path, own)).toThrow('EINVAL: invalid argument, setns')
  expect(own()).toBe(before)
  namespace.removeNetwork(path)
  expect(readdirSync(directory.path)).toEqual([])
})

test('setns checks the kind, and user namespaces are out of reach', () => {
  const fd = fs.openAt(fs.cwd, '/proc/self/ns/net', ['read'])
  expect(() => namespace.enter(fd, 'uts')).toThrow('EINVAL')
  namespace.enter(fd, 'network')
  fs.close(fd)
  expect(() => namespace.unshare(['user'])).toThrow('EINVAL')
})
