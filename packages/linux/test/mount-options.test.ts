import { expect, test } from 'vitest'
import { parseMountOptions } from '../src/index.ts'

test('options are sorted into flags, propagation and data', () => {
  expect(parseMountOptions(['rbind', 'ro', 'nosuid', 'rslave', 'shared', 'size=64m', 'mode=1777'])).toEqual({
    flags: ['rbind', 'ro', 'nosuid'],
    propagation: [
      { kind: 'slave', recursive: true },
      { kind: 'shared', recursive: false }
    ],
    data: 'size=64m,mode=1777'
  })
})

test('a later option takes an earlier one back', () => {
  expect(parseMountOptions(['ro', 'noexec', 'rw', 'defaults', 'exec', 'nodev'])).toEqual({
    flags: ['nodev'],
    propagation: [],
    data: ''
  })
})

test('names of object members are data', () => {
  expect(parseMountOptions(['constructor', 'toString']).data).toBe('constructor,toString')
})
