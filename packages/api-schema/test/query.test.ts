import { expect, test } from 'vitest'
import { countLimit, dockerFlag, goFlag } from '../src/index.ts'

test('flags as Docker reads them', () => {
  for (const text of ['1', 'true', 'yes', 'zzz', 'T']) expect(dockerFlag(text)).toBe(true)
  for (const text of [undefined, '', '0', 'no', 'None', ' FALSE ']) expect(dockerFlag(text)).toBe(false)
})

test('flags as Go reads them', () => {
  for (const text of ['1', 't', 'TRUE', 'True']) expect(goFlag('all', text)).toBe(true)
  for (const text of [undefined, '', '0', 'F', 'false']) expect(goFlag('all', text)).toBe(false)
  for (const text of ['yes', 'tRUE', ' 1', '2']) {
    expect(() => goFlag('all', text)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  }
})

test('limits', () => {
  expect([undefined, '', '0', '-1', '+3', '7'].map((text) => countLimit('limit', text))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    3,
    7
  ])
  for (const text of ['x', '1.5', '0x10', '1e3', ' 1', '9'.repeat(16)]) {
    expect(() => countLimit('limit', text)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  }
})
