import fc from 'fast-check'
import { expect, test } from 'vitest'
import { goJson, goJsonIndented } from '../../src/format/json.ts'

const special = fc.constantFrom(
  '\u001b',
  '\u007f',
  '\u009b',
  '\u0085',
  '\u2028',
  '\u202e',
  '\u2066',
  '\u200f',
  '<',
  '&',
  'é',
  '日'
)
const text = fc.array(fc.oneof(special, fc.string()), { maxLength: 6 }).map((parts) => parts.join(''))
const value = fc.dictionary(text, fc.oneof(text, fc.array(text), fc.jsonValue()))

test('is the same document, with nothing that a terminal acts on', () => {
  fc.assert(
    fc.property(value, (document) => {
      const same = JSON.parse(JSON.stringify(document)) as unknown
      for (const json of [
        goJson(document),
        goJsonIndented(document, 2),
        goJsonIndented(document, 4, { plain: true })
      ]) {
        expect(JSON.parse(json)).toEqual(same)
        // oxlint-disable-next-line no-control-regex
        expect(json).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/)
      }
    })
  )
})

test('writes letters as they are, and what HTML acts on in escapes unless it is plain', () => {
  expect(goJson({ é: '日<' })).toBe('{"é":"日<"}')
  expect(goJsonIndented(['<&>'], 1)).toBe('[\n "\\u003c\\u0026\\u003e"\n]')
  expect(goJsonIndented(['<&>'], 1, { plain: true })).toBe('[\n "<&>"\n]')
})
