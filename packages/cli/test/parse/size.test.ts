import { describe, expect, it } from 'vitest'
import { parseSize, parseSizeOrUnlimited } from '../../src/parse/size.ts'

describe('parseSize', () => {
  it.each([
    ['0', 0],
    ['512', 512],
    ['64m', 67_108_864],
    ['64MB', 67_108_864],
    ['64MiB', 67_108_864],
    ['1.5g', 1_610_612_736],
    ['.5k', 512],
    ['1 t', 1024 ** 4]
  ])('%s', (text, bytes) => {
    expect(parseSize(text, '--memory')).toBe(bytes)
  })

  it('refuses what is no size, or too large to count', () => {
    for (const text of ['', 'm', '-1', '1x', '1mm', '1e3', '99999999p'])
      expect(() => parseSize(text, '--memory')).toThrow(`invalid value for --memory: "${text}"`)
    expect(parseSizeOrUnlimited('-1', '--memory-swap')).toBe(-1)
  })
})
