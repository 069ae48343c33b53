import { expect, test } from 'vitest'
import { parseListenAddress } from '../../src/index.ts'

test.each([
  ['unix:///run/x/y.sock', { path: '/run/x/y.sock' }],
  ['unix:///run/x/../y.sock', { path: '/run/y.sock' }],
  ['fd://', { fd: 3 }],
  ['fd://4', { fd: 4 }]
])('%s', (address, target) => {
  expect(parseListenAddress(address)).toEqual(target)
})

test('the group is part of the target', () => {
  expect(parseListenAddress('unix:///run/x/y.sock', 'staff')).toEqual({ path: '/run/x/y.sock', group: 'staff' })
})

test.each([
  ['tcp://0.0.0.0:2375', 'unsupported'],
  ['http://localhost', 'unsupported'],
  ['unix://relative', 'invalid-argument'],
  ['unix://@abstract', 'invalid-argument'],
  ['unix:///a\0b', 'invalid-argument'],
  ['unix://', 'invalid-argument'],
  ['/run/x.sock', 'invalid-argument'],
  ['', 'invalid-argument'],
  ['fd://2', 'invalid-argument'],
  ['fd://x', 'invalid-argument'],
  ['npipe:////./pipe/x', 'invalid-argument']
])('%j is refused: %s', (address, code) => {
  expect(() => parseListenAddress(address)).toThrow(expect.objectContaining({ code }))
})
