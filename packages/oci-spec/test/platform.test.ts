import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatPlatform,
  hostPlatform,
  matchPlatform,
  normalizePlatform,
  parsePlatform,
  type Platform
} from '../src/index.ts'

const candidates = (...texts: readonly string[]) =>
  texts.map((text) => {
    const [os = '', architecture = '', variant] = text.split('/')
    return { text, platform: { os, architecture, ...(variant === undefined ? {} : { variant }) } satisfies Platform }
  })

const choose = (wanted: string, ...texts: readonly string[]) =>
  matchPlatform(parsePlatform(wanted), candidates(...texts))?.text

describe('parsePlatform', () => {
  it.each([
    ['linux/amd64', 'linux/amd64'],
    ['linux/x86_64', 'linux/amd64'],
    ['linux/amd64/v1', 'linux/amd64'],
    ['Linux/AArch64', 'linux/arm64'],
    ['linux/arm64/v8', 'linux/arm64'],
    ['linux/arm64/8', 'linux/arm64'],
    ['linux/arm', 'linux/arm/v7'],
    ['linux/armhf', 'linux/arm/v7'],
    ['linux/armel', 'linux/arm/v6'],
    ['linux/arm/v5', 'linux/arm/v5'],
    ['arm64', 'linux/arm64'],
    ['s390x', 'linux/s390x'],
    ['windows', `windows/${hostPlatform().architecture}`]
  ])('reads %s as %s', (text, expected) => {
    expect(formatPlatform(parsePlatform(text))).toBe(expected)
  })

  it.each(['', '/', 'linux/', 'linux//v8', 'linux/amd64/v1/x', 'linux/../x', 'li nux/amd64'])('refuses %j', (text) => {
    expect(() => parsePlatform(text)).toThrow(/is not a platform/)
  })

  it('is stable: a normalised platform stays as it is', () => {
    const word = fc.constantFrom('linux', 'amd64', 'x86_64', 'arm', 'arm64', 'aarch64', 'v7', '8', 'v1', 'V8', 'armel')
    fc.assert(
      fc.property(word, word, fc.option(word, { nil: undefined }), (os, architecture, variant) => {
        const once = normalizePlatform({ os, architecture, ...(variant === undefined ? {} : { variant }) })
        expect(normalizePlatform(once)).toEqual(once)
      })
    )
  })
})

describe('matchPlatform', () => {
  it('takes the exact variant before older ones', () => {
    expect(choose('linux/arm/v7', 'linux/arm/v5', 'linux/arm/v6', 'linux/arm/v7')).toBe('linux/arm/v7')
    expect(choose('linux/arm/v7', 'linux/arm/v5', 'linux/arm/v6')).toBe('linux/arm/v6')
    expect(choose('linux/arm/v6', 'linux/arm/v7', 'linux/arm/v5')).toBe('linux/arm/v5')
    expect(choose('linux/arm/v6', 'linux/arm/v7')).toBeUndefined()
  })

  it('runs older amd64 levels, and never newer ones', () => {
    expect(choose('linux/amd64/v3', 'linux/amd64', 'linux/amd64/v2', 'linux/amd64/v4')).toBe('linux/amd64/v2')
    expect(choose('linux/amd64/v3', 'linux/amd64/v4', 'linux/amd64')).toBe('linux/amd64')
    expect(choose('linux/amd64', 'linux/amd64/v2')).toBeUndefined()
  })

  it('takes arm64 with and without v8, and no other machine', () => {
    expect(choose('linux/arm64', 'linux/amd64', 'linux/arm64/v8')).toBe('linux/arm64/v8')
    expect(choose('linux/arm64', 'linux/arm/v7', 'windows/arm64', 'unknown/unknown')).toBeUndefined()
  })

  it('passes over candidates without a platform', () => {
    expect(matchPlatform(parsePlatform('linux/amd64'), [{}, ...candidates('linux/amd64')])).toMatchObject({
      text: 'linux/amd64'
    })
  })
})
