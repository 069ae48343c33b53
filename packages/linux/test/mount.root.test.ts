import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { createLinux } from '../src/index.ts'
import { temporaryDirectory } from './temporary.ts'

const { fs, mount } = createLinux()
const directory = temporaryDirectory()
const at = (name: string) => join(directory.path, name)
const unmountLater = (name: string) => directory.defer(() => mount.unmount(at(name), { detach: true }))
const entry = (name: string) => mount.list().findLast(({ mountPoint }) => mountPoint === at(name))

const tmpfs = (name: string) => {
  mkdirSync(at(name), { recursive: true })
  mount.mount({
    source: 'scratch',
    target: at(name),
    type: 'tmpfs',
    flags: ['nosuid', 'noexec'],
    data: 'size=1m,mode=0700'
  })
  unmountLater(name)
}

beforeEach(() => {
  for (const name of ['source', 'target dir', 'a', 'b', 'c']) mkdirSync(at(name))
})

test('a filesystem is mounted with flags and data, and unmounted', () => {
  mount.mount({ source: 'scratch', target: at('target dir'), type: 'tmpfs', flags: ['nosuid'], data: 'size=1m' })
  expect(entry('target dir')).toMatchObject({
    source: 'scratch',
    type: 'tmpfs',
    options: expect.arrayContaining(['nosuid'])
  })
  expect(entry('target dir')?.superOptions).toContain('size=1024k')
  mount.unmount(at('target dir'))
  expect(mount.isMountPoint(at('target dir'))).toBe(false)
  expect(() => mount.unmount(at('target dir'))).toThrow('EINVAL: invalid argument, umount2')
})

test('overlay over two directories', () => {
  writeFileSync(join(at('a'), 'lower'), 'l')
  tmpfs('source')
  for (const name of ['upper', 'work']) mkdirSync(join(at('source'), name))
  const data = `lowerdir=${at('a')}:${at('b')},upperdir=${at('source')}/upper,workdir=${at('source')}/work`
  mount.mount({ source: 'overlay', target: at('c'), type: 'overlay', data })
  unmountLater('c')
  writeFileSync(join(at('c'), 'new'), 'n')
  expect(readFileSync(join(at('source'), 'upper/new'), 'utf8')).toBe('n')
  expect(readdirSync(at('c')).sort()).toEqual(['lower', 'new'])
})

test('a read-only bind keeps the other flags and does not touch the source', () => {
  tmpfs('source')
  mount.bind({ source: at('source'), target: at('target dir'), attributes: ['ro'] })
  unmountLater('target dir')
  expect(() => writeFileSync(join(at('target dir'), 'x'), '')).toThrow('EROFS')
  expect(entry('target dir')?.options).toEqual(expect.arrayContaining(['ro', 'nosuid', 'noexec']))
  writeFileSync(join(at('source'), 'x'), '')
})

test('a recursive bind takes mounts below along, all read-only', () => {
  tmpfs('source')
  tmpfs('source/below')
  mount.bind({ source: at('source'), target: at('target dir'), recursive: true, attributes: ['ro', 'nodev'] })
  unmountLater('target dir')
  expect(() => writeFileSync(join(at('target dir'), 'below/x'), '')).toThrow('EROFS')
  expect(entry('target dir/below')?.options).toContain('nodev')
  writeFileSync(join(at('source'), 'below/x'), '')
})

test('a plain bind leaves mounts below behind', () => {
  tmpfs('source')
  tmpfs('source/below')
  mount.bind({ source: at('source'), target: at('target dir') })
  unmountLater('target dir')
  expect(entry('target dir/below')).toBeUndefined()
})

test('a bind that cannot be made leaves nothing mounted', () => {
  expect(() => mount.bind({ source: at('absent'), target: at('a'), attributes: ['ro'] })).toThrow(
    `open_tree '${at('absent')}'`
  )
  expect(() => mount.bind({ source: at('source'), target: at('absent'), attributes: ['ro'] })).toThrow('ENOENT')
  expect(mount.list().filter(({ mountPoint }) => mountPoint.startsWith(directory.path))).toEqual([])
})

test('attributes are added to a mount that exists', () => {
  tmpfs('source')
  mount.setAttributes(at('source'), ['ro', 'noatime'])
  expect(entry('source')?.options).toEqual(expect.arrayContaining(['ro', 'noatime', 'nosuid']))
})

test('propagation is set for one mount and for all below', () => {
  tmpfs('source')
  tmpfs('source/below')
  mount.setPropagation(at('source'), 'shared', { recursive: true })
  expect(entry('source')?.propagation[0]).toMatch(/^shared:/)
  expect(entry('source/below')?.propagation[0]).toMatch(/^shared:/)
  mount.setPropagation(at('source'), 'private')
  expect(entry('source')?.propagation).toEqual([])
  expect(entry('source/below')?.propagation[0]).toMatch(/^shared:/)
})

/** A descriptor of a new user namespace that maps 0 to 100000. */
const userNamespace = async (): Promise<number> => {
  const child = spawn('unshare', ['--user', 'sleep', '60'])
  directory.defer(() => child.kill('SIGKILL'))
  const namespaceOf = (pid: number | undefined) => readlinkSync(`/proc/${pid}/ns/user`)
  await vi.waitUntil(() => namespaceOf(child.pid) !== namespaceOf(process.pid))
  for (const map of ['uid_map', 'gid_map']) writeFileSync(`/proc/${child.pid}/${map}`, '0 100000 65536')
  const fd = fs.openAt(fs.cwd, `/proc/${child.pid}/ns/user`, ['read'])
  directory.defer(() => fs.close(fd))
  return fd
}

test('an id-mapped bind shows other owners', async () => {
  writeFileSync(join(at('source'), 'file'), '')
  mount.bind({ source: at('source'), target: at('target dir'), idmap: await userNamespace(), attributes: ['nosuid'] })
  unmountLater('target dir')
  expect(statSync(join(at('target dir'), 'file')).uid).toBe(100_000)
  expect(statSync(join(at('source'), 'file')).uid).toBe(0)
  expect(entry('target dir')?.options).toContain('nosuid')
})
