import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeControls } from '../../src/format/escape.ts'

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
