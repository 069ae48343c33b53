import { describe, expect, it } from 'vitest'
import { parseImageLayout } from '../../src/index.ts'

describe('parseImageLayout', () => {
  it('reads version 1', () => {
    expect(parseImageLayout({ imageLayoutVersion: '1.0.0', more: true })).toEqual({ imageLayoutVersion: '1.0.0' })
  })

  it.each([{}, { imageLayoutVersion: '2.0.0' }, { imageLayoutVersion: 1 }, null, '1.0.0'])('refuses %j', (value) => {
    expect(() => parseImageLayout(value)).toThrow(/expected/)
  })
})
