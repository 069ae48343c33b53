import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDigester, digestAlgorithm, digestHex, digestOf, isDigest, parseDigest, SpecError } from '../src/index.ts'

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })

describe('parseDigest', () => {
  it('accepts sha256 and sha512 in lower case of the right length', () => {
    fc.assert(
      fc.property(hex(64), hex(128), (short, long) => {
        expect(parseDigest(`sha256:${short}`)).toBe(`sha256:${short}`)
        expect(digestHex(parseDigest(`sha512:${long}`))).toBe(long)
        expect(digestAlgorithm(parseDigest(`sha512:${long}`))).toBe('sha512')
        expect(isDigest(`sha512:${short}`)).toBe(false)
      })
    )
  })

  it('never accepts what could leave a folder or a URL', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        if (isDigest(value)) expect(value).toMatch(/^sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$/)
        else expect(() => parseDigest(value)).toThrow(SpecError)
      })
    )
  })

  it.each([
    `sha256:${'A'.repeat(64)}`,
    `sha256:${'a'.repeat(63)}`,
    `sha256:${'a'.repeat(64)}\n`,
    `SHA256:${'a'.repeat(64)}`,
    `sha256-${'a'.repeat(64)}`,
    `sha256:../../../../../../../../../../../../../../../../../../../../../etc/x`,
    `md5:${'a'.repeat(32)}`,
    '',
    undefined
  ])('refuses %j', (value) => {
    expect(() => parseDigest(value, '/config/digest')).toThrow(/\/config\/digest: expected a digest/)
  })
})

describe('hashing', () => {
  it('gives the same digest for a stream, for bytes and for node:crypto', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (chunks) => {
        const whole = Buffer.concat(chunks)
        const digester = createDigester()
        for (const chunk of chunks) digester.update(chunk)
        const digest = digester.digest()
        expect(digest).toBe(`sha256:${createHash('sha256').update(whole).digest('hex')}`)
        expect(digestOf(whole)).toBe(digest)
      })
    )
    expect(digestOf('', 'sha512')).toMatch(/^sha512:cf83e1357eefb8bd/)
  })

  it('does not load node:crypto until something is hashed', () => {
    const script = `
      const spec = await import(${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)})
      const loaded = () => process.moduleLoadList.includes('NativeModule crypto')
      const before = loaded(); spec.digestOf('x'); console.log(before, loaded())`
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
    expect(output.trim()).toBe('false true')
  })
})
