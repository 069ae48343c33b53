import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseErrorBody } from '../../src/index.ts'

describe('parseErrorBody', () => {
  it('reads the document of the distribution specification', () => {
    const body = JSON.stringify({
      errors: [
        { code: 'MANIFEST_UNKNOWN', message: 'manifest unknown', detail: { Tag: 'x' } },
        { code: 'DENIED', detail: 'no' }
      ]
    })
    expect(parseErrorBody(body)).toEqual([
      { code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' },
      { code: 'DENIED', message: 'no' }
    ])
  })

  it('reads the single messages of token servers', () => {
    expect(parseErrorBody('{"details":"incorrect username or password"}')).toEqual([
      { code: 'UNKNOWN', message: 'incorrect username or password' }
    ])
    expect(parseErrorBody('{"error":"invalid_scope","error_description":"bad scope"}')).toEqual([
      { code: 'UNKNOWN', message: 'bad scope' }
    ])
  })

  it('is empty for anything else', () => {
    for (const body of [
      '',
      '<html>502</html>',
      '[]',
      'null',
      '{"errors":7}',
      `{"errors":[${'['.repeat(100)}`,
      ' '.repeat(65_537)
    ]) {
      expect(parseErrorBody(body)).toEqual([])
    }
  })

  it('is bounded whatever comes in', () => {
    const error = fc.record({
      code: fc.anything(),
      message: fc.oneof(fc.anything(), fc.string({ minLength: 600, maxLength: 900 })),
      detail: fc.anything()
    })
    fc.assert(
      fc.property(fc.array(fc.oneof(error, fc.anything()), { maxLength: 30 }), (errors) => {
        const body = JSON.stringify({ errors }, (_key, value: unknown) =>
          typeof value === 'bigint' ? String(value) : value
        )
        const parsed = parseErrorBody(body)
        expect(parsed.length).toBeLessThanOrEqual(8)
        for (const { code, message } of parsed) {
          expect(code).toMatch(/^[A-Z0-9_]{1,64}$/)
          expect(message.length).toBeLessThanOrEqual(512)
        }
      })
    )
  })
})
