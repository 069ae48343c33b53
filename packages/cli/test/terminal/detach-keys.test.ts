import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detachScanner, parseDetachKeys } from '../../src/terminal/detach-keys.ts'

describe('parseDetachKeys', () => {
  it('reads characters and control keys', () => {
    expect(parseDetachKeys('ctrl-p,ctrl-q')).toEqual([16, 17])
    expect(parseDetachKeys('ctrl-@,ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_,a,CTRL-C')).toEqual([
      0, 27, 28, 29, 30, 31, 97, 3
    ])
    expect(parseDetachKeys('')).toEqual([])
  })

  it('refuses others', () => {
    for (const text of ['ctrl-', 'ctrl-1', 'ab', 'a,', 'é'])
      expect(() => parseDetachKeys(text)).toThrow('invalid detach keys')
  })
})

describe('detachScanner', () => {
  const keys = [16, 17]

  it('holds a beginning back and gives it on when it was none', () => {
    const scan = detachScanner(keys)
    expect(scan(Uint8Array.of(97, 16))).toEqual({ forward: Uint8Array.of(97), detached: false })
    expect(scan(Uint8Array.of(98))).toEqual({ forward: Uint8Array.of(16, 98), detached: false })
    expect(scan(Uint8Array.of(16, 16, 17, 99))).toEqual({ forward: Uint8Array.of(16), detached: true })
  })

  it('finds the sequence however it is cut, and loses no other byte', () => {
    const byte = fc.oneof(fc.constantFrom(16, 17), fc.nat({ max: 255 }))
    const sequence = fc.array(fc.constantFrom(16, 17), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(sequence, fc.array(fc.array(byte)), (wanted, chunks) => {
        const scan = detachScanner(wanted)
        const all = chunks.flat()
        const at = all.findIndex((_value, index) => wanted.every((key, offset) => all[index + offset] === key))
        const forwarded: number[] = []
        let detached = false
        for (const chunk of chunks) {
          const result = scan(Uint8Array.from(chunk))
          forwarded.push(...result.forward)
          detached = result.detached
          if (detached) break
        }
        expect(detached).toBe(at >= 0)
        if (at >= 0) expect(forwarded).toEqual(all.slice(0, at))
        else {
          expect(forwarded).toEqual(all.slice(0, forwarded.length))
          expect(all.length - forwarded.length).toBeLessThan(wanted.length)
        }
      }),
      { numRuns: 1000 }
    )
  })

  it('passes everything when no keys are set', () => {
    expect(detachScanner([])(Uint8Array.of(16, 17))).toEqual({ forward: Uint8Array.of(16, 17), detached: false })
  })
})
