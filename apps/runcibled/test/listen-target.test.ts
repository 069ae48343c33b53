import { expect, test } from 'vitest'
import { listenTarget } from '../src/listen-target.ts'

const none = { listen: undefined, socketGroup: undefined }

test('what was asked for, else what systemd hands over, else the socket of the configuration', () => {
  expect(listenTarget({ ...none, listen: 'unix:///a' }, [3], '/b')).toEqual({ path: '/a' })
  expect(listenTarget(none, [3, 4], '/b')).toEqual({ fd: 3 })
  expect(listenTarget({ ...none, listen: 'fd://4' }, [3, 4], '/b')).toEqual({ fd: 4 })
  expect(listenTarget({ ...none, socketGroup: 'g' }, [], '/b')).toEqual({ path: '/b', group: 'g' })
})

test('a descriptor that nobody handed over is not touched', () => {
  expect(() => listenTarget({ ...none, listen: 'fd://' }, [], '/b')).toThrow(
    expect.objectContaining({ code: 'unavailable' })
  )
  expect(() => listenTarget({ ...none, listen: 'fd://9' }, [3], '/b')).toThrow(
    expect.objectContaining({ code: 'unavailable' })
  )
})

test('a group for a socket that exists already is refused', () => {
  expect(() => listenTarget({ ...none, socketGroup: 'g' }, [3], '/b')).toThrow(
    expect.objectContaining({ code: 'invalid-argument' })
  )
})

test('TCP is refused', () => {
  expect(() => listenTarget({ ...none, listen: 'tcp://127.0.0.1:2375' }, [], '/b')).toThrow(
    expect.objectContaining({ code: 'unsupported' })
  )
})
