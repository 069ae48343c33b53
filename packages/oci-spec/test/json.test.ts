import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson, SpecError } from '../src/index.ts'

const limits = { maxBytes: 1 << 20, maxDepth: 16 }

describe('parseJson', () => {
  it('reads what JSON.stringify writes, as text and as bytes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        const text = JSON.stringify(value)
        expect(parseJson(text, limits)).toEqual(JSON.parse(text))
        expect(parseJson(Buffer.from(text), limits)).toEqual(JSON.parse(text))
      })
    )
  })

  it('throws nothing but SpecError', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.uint8Array()), (input) => {
        try {
          parseJson(input, limits)
        } catch (error) {
          expect(error).toBeInstanceOf(SpecError)
        }
      })
    )
  })

  it('counts bytes, not characters', () => {
    expect(parseJson('"éé"', { maxBytes: 6 })).toBe('éé')
    expect(() => parseJson('"éé"', { maxBytes: 5 })).toThrow(/limit of 5 bytes/)
    expect(() => parseJson(Buffer.alloc(7, '1'), { maxBytes: 6 })).toThrow(/limit of 6 bytes/)
  })

  it('refuses deep nesting before parsing it, and ignores brackets in strings', () => {
    expect(() => parseJson('['.repeat(500_000), limits)).toThrow(/deeper than the limit of 16/)
    expect(parseJson('"[[[[[[[[[[[[[[[[[[[[\\"[[["', limits)).toBe('[[[[[[[[[[[[[[[[[[[["[[[')
    expect(parseJson(`${'['.repeat(16)}${']'.repeat(16)}`, limits)).toBeInstanceOf(Array)
  })

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseJson(new Uint8Array([0x22, 0xff, 0x22]), limits)).toThrow(/not valid UTF-8/)
  })

  it('keeps __proto__ as data', () => {
    const value = parseJson('{"__proto__":{"polluted":true}}', limits) as object
    expect(Object.keys(value)).toEqual(['__proto__'])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})
