import { expect, test } from 'vitest'
import { checkDockerVersion, checkLibpodVersion } from '../src/index.ts'

test.each(['1.24', '1.41', '1.30', '1.41.0'])('Docker %s', (version) => {
  expect(() => checkDockerVersion(version)).not.toThrow()
})

test.each([
  [
    '1.23',
    'client version 1.23 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version'
  ],
  [
    '1.4',
    'client version 1.4 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version'
  ],
  ['1.42', 'client version 1.42 is too new. Maximum supported API version is 1.41'],
  ['1.41.1', 'client version 1.41.1 is too new. Maximum supported API version is 1.41'],
  ['99999999999999999999', 'client version 99999999999999999999 is too new. Maximum supported API version is 1.41']
])('Docker %s is refused', (version, message) => {
  expect(() => checkDockerVersion(version)).toThrow(expect.objectContaining({ code: 'invalid-argument', message }))
})

test.each(['4.0.0', '4.9.4-rhel', '5.0.0', '5.8.2', '5'])('libpod %s', (version) => {
  expect(() => checkLibpodVersion(version)).not.toThrow()
})

test.each(['3.4.4', '1.41', '6.0.0', '0'])('libpod %s is refused', (version) => {
  expect(() => checkLibpodVersion(version)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
})
