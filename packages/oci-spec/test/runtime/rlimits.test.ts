import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveRlimits, rlimitNames, unlimited } from '../../src/index.ts'

describe('resolveRlimits', () => {
  it('gives the defaults, inside what the process may set', () => {
    expect(resolveRlimits()).toContainEqual({ type: 'RLIMIT_NOFILE', soft: 1024, hard: 524288 })
    expect(resolveRlimits()).toContainEqual({ type: 'RLIMIT_CORE', soft: 0, hard: 0 })
    const host = { hard: { RLIMIT_NOFILE: 20000 }, mayRaise: false }
    expect(resolveRlimits([], host)).toContainEqual({ type: 'RLIMIT_NOFILE', soft: 1024, hard: 20000 })
    expect(resolveRlimits([], { ...host, mayRaise: true })).toContainEqual({
      type: 'RLIMIT_NOFILE',
      soft: 1024,
      hard: 524288
    })
    expect(resolveRlimits([], { hard: { RLIMIT_NOFILE: 512 }, mayRaise: false })).toContainEqual({
      type: 'RLIMIT_NOFILE',
      soft: 512,
      hard: 512
    })
  })

  it('never exceeds the hard limits of a process that may not raise them', () => {
    const value = fc.oneof(fc.nat(), fc.constant(Infinity))
    fc.assert(
      fc.property(fc.constantFrom(...rlimitNames), value, value, value, (type, first, second, own) => {
        const [soft, hard] = first < second ? [first, second] : [second, first]
        const result = resolveRlimits([{ type, soft, hard }], { hard: { [type]: own }, mayRaise: false })
        const limit = result.find((entry) => entry.type === type)
        expect(limit).toBeDefined()
        expect(limit?.hard).toBeLessThanOrEqual(Math.min(own, hard, unlimited))
        expect(limit?.soft).toBeLessThanOrEqual(limit?.hard ?? -1)
      })
    )
  })

  it('refuses what is not a limit', () => {
    expect(() => resolveRlimits([{ type: 'RLIMIT_NOFILE', soft: 2, hard: 1 }])).toThrow(/above the hard limit/)
    expect(() => resolveRlimits([{ type: 'RLIMIT_NOFILE', soft: -1, hard: 1 }])).toThrow(/-1 is not a value/)
    expect(() => resolveRlimits([{ type: 'NOFILE' as 'RLIMIT_NOFILE', soft: 1, hard: 1 }])).toThrow(/no limit "NOFILE"/)
    const twice = { type: 'RLIMIT_CPU', soft: 1, hard: 1 } as const
    expect(() => resolveRlimits([twice, twice])).toThrow(/given twice/)
  })
})
