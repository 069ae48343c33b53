import { expect, test } from 'vitest'
import { createLinux, recordingLinux, type Linux } from '../src/index.ts'

test('has every method of the real one', () => {
  const real = createLinux()
  const double = recordingLinux()
  for (const group of Object.keys(real) as (keyof Linux)[]) {
    expect(Object.keys(double[group]).sort()).toEqual(Object.keys(real[group]).sort())
  }
})

test('records calls in order and answers as told', () => {
  const linux = recordingLinux({ mount: { isMountPoint: (path) => path === '/a' } })
  linux.mount.mount({ source: 'tmpfs', target: '/a', type: 'tmpfs', flags: ['nosuid'] })
  expect([linux.mount.isMountPoint('/a'), linux.mount.isMountPoint('/b')]).toEqual([true, false])
  linux.fs.mkdirAt(linux.fs.cwd, 'x', 0o700)
  expect(linux.calls.map(({ group, method }) => `${group}.${method}`)).toEqual([
    'mount.mount',
    'mount.isMountPoint',
    'mount.isMountPoint',
    'fs.mkdirAt'
  ])
  expect(linux.callsOf('mount', 'isMountPoint')).toEqual([['/a'], ['/b']])
})

test('values that work without a kernel', async () => {
  const linux = recordingLinux()
  expect(linux.namespace.withNetwork('/run/netns/x', () => 7)).toBe(7)
  await using lock = await linux.lock.lock('/run/lock')
  expect(lock.path).toBe('/run/lock')
  expect(linux.process.openPidfd(1)).not.toBe(linux.process.openPidfd(1))
  await linux.process.waitForExit(1)
})

test('what has no sensible answer asks for one', () => {
  expect(() => recordingLinux().fs.statAt(3, 'x')).toThrow('no answer for fs.statAt')
})
