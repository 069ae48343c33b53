import { expect, it } from 'vitest'
import { nearest } from '../../src/flags/nearest.ts'

it('names what was probably meant, and nothing when nothing is near', () => {
  const known = ['-n', '--name', '--network', '--rm', '--env']
  expect(nearest('--nmae', known)).toBe('--name')
  expect(nearest('--netwrk', known)).toBe('--network')
  expect(nearest('--networks', known)).toBe('--network')
  expect(nearest('--enw', known)).toBe('--env')
  expect(nearest('--quiet', known)).toBeUndefined()
  expect(nearest('--r', [])).toBeUndefined()
})
