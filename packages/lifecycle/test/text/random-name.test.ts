import { expect, it } from 'vitest'
import { newId } from '../../src/text/random.ts'
import { randomName } from '../../src/text/random-name.ts'

it('makes ids of 64 hex characters, each another one', () => {
  const ids = new Set(Array.from({ length: 100 }, newId))
  expect(ids.size).toBe(100)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{64}$/)
})

it('finds a free name, with a number when plain ones are taken', () => {
  expect(randomName(() => false)).toMatch(/^[a-z]+_[a-z]+$/)
  expect(randomName((name) => !/\d/.test(name))).toMatch(/^[a-z]+_[a-z]+\d+$/)
})
