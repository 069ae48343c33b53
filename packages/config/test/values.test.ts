import { describe, expect, it } from 'vitest'
import { parseSize, parseUlimit } from '@runcible/config'

describe('parseSize', () => {
  it.each([
    ['512', 512],
    ['64b', 64],
    ['65536k', 67108864],
    ['64m', 67108864],
    ['64MB', 67108864],
    ['64 MiB', 67108864],
    ['1.5g', 1610612736],
    ['2T', 2199023255552],
    ['', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['99999999999p', undefined],
    ['m', undefined]
  ])('%j → %s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes)
  })
})

describe('parseUlimit', () => {
  it.each([
    ['nofile=5', { type: 'RLIMIT_NOFILE', soft: 5, hard: 5 }],
    ['core=0:unlimited', { type: 'RLIMIT_CORE', soft: 0, hard: 18446744073709549568 }],
    ['nofile=-2', undefined],
    ['nofile=1:2:3', undefined],
    ['=1', undefined],
    ['constructor=1', undefined]
  ])('%j → %j', (text, ulimit) => {
    expect(parseUlimit(text)).toEqual(ulimit)
  })
})
