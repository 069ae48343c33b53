import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digestOf, ociMediaTypes, parseDescriptor, SpecError } from '../../src/index.ts'

const digest = digestOf('x')
const valid = { mediaType: ociMediaTypes.layerGzip, digest, size: 3 }

describe('parseDescriptor', () => {
  it('reads known members and leaves out unknown ones and nulls', () => {
    const input = {
      ...valid,
      urls: null,
      annotations: { a: 'b' },
      extra: 1,
      platform: { os: 'linux', architecture: 'arm64', variant: 'v8' }
    }
    expect(parseDescriptor(input)).toEqual({
      ...valid,
      annotations: { a: 'b' },
      platform: { os: 'linux', architecture: 'arm64', variant: 'v8' }
    })
    expect(parseDescriptor({ ...valid, platform: {} })).toEqual(valid)
  })

  it.each([-1, 1.5, 2 ** 53, Number.NaN, Infinity, '3', null, undefined])('refuses the size %s', (size) => {
    expect(() => parseDescriptor({ ...valid, size }, '/layers/0')).toThrow(/^\/layers\/0\/size: expected an integer/)
  })

  it.each(['', 'text', '../x/y', 'a/b/c', 'a/b\r\nX: y', 5])('refuses the media type %j', (mediaType) => {
    expect(() => parseDescriptor({ ...valid, mediaType })).toThrow(SpecError)
  })

  it('treats __proto__ in annotations as a key like any other', () => {
    const input: unknown = JSON.parse(
      `{"mediaType":"a/b","digest":"${digest}","size":0,"annotations":{"__proto__":"x"}}`
    )
    const { annotations = {} } = parseDescriptor(input)
    expect(Object.entries(annotations)).toEqual([['__proto__', 'x']])
    const inherited: unknown = JSON.parse(`{"__proto__":{"mediaType":"a/b","digest":"${digest}","size":0}}`)
    expect(() => parseDescriptor(inherited)).toThrow(/mediaType: expected a string/)
  })

  it('throws nothing but SpecError, and what it accepts it accepts again unchanged', () => {
    const part = fc.oneof(fc.anything(), fc.constantFrom<unknown>(digest, 1, 'a/b', {}))
    fc.assert(
      fc.property(fc.record({ mediaType: part, digest: part, size: part, platform: part, urls: part }), (value) => {
        try {
          const parsed = parseDescriptor(value)
          expect(parseDescriptor(parsed)).toEqual(parsed)
        } catch (error) {
          expect(error).toBeInstanceOf(SpecError)
        }
      })
    )
  })
})
