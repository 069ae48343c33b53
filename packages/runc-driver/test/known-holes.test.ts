import { expect, it } from 'vitest'
import { knownHoles } from '@runcible/runc-driver'

const ids = (version: string, patched = false) => knownHoles(version, patched).map(({ id }) => id)

it.each([
  ['1.1.5+ds1', 4],
  ['1.1.12', 3],
  ['1.2.7', 3],
  ['1.2.8', 0],
  ['1.3.2', 3],
  ['1.3.3', 0],
  ['1.4.0', 0],
  ['1.5.1', 0],
  ['2.0.0', 0],
  ['0.1.1', 6]
])('runc %s has %i known holes', (version, count) => {
  expect(ids(version)).toHaveLength(count)
})

it('takes a version that it cannot read for the worst, and a patched one for mended', () => {
  expect(ids('unknown')).toHaveLength(6)
  expect(ids('1.1.5', true)).toEqual([])
})
