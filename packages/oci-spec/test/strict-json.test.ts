import { describe, expect, it } from 'vitest'
import { parseStrictJson, SpecError } from '../src/index.ts'

const parse = (text: string) => parseStrictJson(text, { maxBytes: 1024 })

describe('strict JSON', () => {
  it('is JSON', () => {
    expect(parse('{"a": [{"b": "a"}, {"b": "{\\"b\\":1}"}], "b" : null}')).toEqual({
      a: [{ b: 'a' }, { b: '{"b":1}' }],
      b: null
    })
    expect(() => parse('{"a": 1} x')).toThrow(SpecError)
    expect(() => parse(JSON.stringify('x'.repeat(2000)))).toThrow('longer than the limit')
  })

  it.each([
    ['{"a":1,"a":1}', 'a'],
    ['[{"x":{"a":1,"b":2,"a" :{}}}]', 'a'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"__proto__":1,"b":{"__proto__":1},"__proto__":2}', '__proto__']
  ])('refuses a member that is there twice: %s', (text, name) => {
    expect(() => parse(text)).toThrow(`the member "${name}" is there twice`)
  })

  it('reads the bytes of a name, not its look', () => {
    expect(parse(Buffer.from('{"a":"a:\\"a\\"","b":":","c":["a","a"]}').toString())).toEqual({
      a: 'a:"a"',
      b: ':',
      c: ['a', 'a']
    })
  })
})
