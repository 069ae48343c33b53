import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EngineError } from '@runcible/interface'
import { parsePolicy } from '../src/policy.ts'

const words = [
  'type',
  'default',
  'transports',
  'docker',
  'keyPath',
  'signedBy',
  'reject',
  'fulcio',
  'pki',
  '__proto__',
  'constructor'
]
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(...words, null, 1, true, ''),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...words), tie('value'), { maxKeys: 4 })
  )
}))

describe('a policy from anywhere', () => {
  it('is read, or refused with its file', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          value.map((document) => JSON.stringify(document)),
          fc.string()
        ),
        (text) => {
          try {
            expect(parsePolicy('/policy.json', text).default.length).toBeGreaterThan(0)
          } catch (error) {
            expect(error).toBeInstanceOf(EngineError)
            expect((error as EngineError).message).toContain('/policy.json')
          }
        }
      ),
      { numRuns: 3000 }
    )
  })

  it('does not take a member of every object for one of its own', () => {
    const policy = parsePolicy(
      '/policy.json',
      '{"default":[{"type":"reject"}],"transports":{"__proto__":{"__proto__":[{"type":"reject"}]}}}'
    )
    expect([...(policy.transports.get('__proto__') ?? [])]).toEqual([['__proto__', [{ type: 'reject' }]]])
    expect(() => parsePolicy('/policy.json', '{"default":[{"type":"reject","constructor":1}]}')).toThrow('is not known')
  })
})
