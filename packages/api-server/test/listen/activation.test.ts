import { expect, test } from 'vitest'
import { activatedDescriptors } from '../../src/index.ts'

test('descriptors start at 3, and children do not hear of them', () => {
  const env = { LISTEN_PID: '77', LISTEN_FDS: '2', LISTEN_FDNAMES: 'a:b', PATH: '/bin' }
  expect(activatedDescriptors(env, 77)).toEqual([3, 4])
  expect(env).toEqual({ PATH: '/bin' })
})

test.each([
  {},
  { LISTEN_PID: '78', LISTEN_FDS: '1' },
  { LISTEN_FDS: '1' },
  { LISTEN_PID: '77' },
  { LISTEN_PID: '77', LISTEN_FDS: '0' },
  { LISTEN_PID: '77', LISTEN_FDS: '-1' },
  { LISTEN_PID: '77', LISTEN_FDS: '99999999999' }
])('%j hands over nothing', (env) => {
  expect(activatedDescriptors({ ...env }, 77)).toEqual([])
})
