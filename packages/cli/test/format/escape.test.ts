import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeControls, escapeDocument } from '../../src/format/escape.ts'

describe('escapeControls', () => {
  it('shows what would act on a terminal', () => {
    expect(escapeControls('a\x1b]0;x\x07\r\n\x9b\u2028\u202eb')).toBe('a\\x1b]0;x\\x07\\x0d\\x0a\\x9b\\u2028\\u202eb')
  })

  it('leaves no control character, and other text alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeControls(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
      })
    )
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~é漢]*$/), (text) => {
        expect(escapeControls(text)).toBe(text)
      })
    )
  })
})

it('a document for a terminal is the same to a reader', () => {
  const value = { 'a\u001b\u009b': ['\u202e\u007f', 'é\n\t'] }
  const text = JSON.stringify(value, undefined, '\t')
  const shown = escapeDocument(Buffer.from(text))
  expect(JSON.parse(shown)).toEqual(value)
  expect(shown).toContain('\n\t"a\\u001b\\u009b"')
  // oxlint-disable-next-line no-control-regex
  expect(escapeDocument(Buffer.from('no JSON \u001b[31m\r\n'))).toBe('no JSON \\u001b[31m\\u000d\n')
})
