import { describe, expect, it } from 'vitest'
import { parseDuration, parseInstant } from '../../src/parse/time.ts'

describe('parseDuration', () => {
  it('reads Go durations', () => {
    expect(parseDuration('1h2m3.5s')).toBe(3_723_500_000_000)
    expect(parseDuration('10ms')).toBe(10_000_000)
    expect(parseDuration('-1m')).toBe(-60_000_000_000)
    for (const text of ['', '10', 'm', '1d', '1h 2m']) expect(parseDuration(text)).toBeUndefined()
  })
})

describe('parseInstant', () => {
  it('reads durations, seconds and dates, to the nanosecond', () => {
    expect(parseInstant('10m', '--since', 1_000_000)).toBe(400_000_000_000n)
    expect(parseInstant('1700000000.123456789', '--since')).toBe(1_700_000_000_123_456_789n)
    expect(parseInstant('2024-01-31T10:20:30Z', '--since')).toBe(BigInt(Date.UTC(2024, 0, 31, 10, 20, 30)) * 1_000_000n)
    expect(parseInstant('2024-01-31T10:20:30.000000001+01:00', '--since')).toBe(
      BigInt(Date.UTC(2024, 0, 31, 9, 20, 30)) * 1_000_000n + 1n
    )
    expect(parseInstant('2024-01-31', '--since')).toBe(BigInt(new Date(2024, 0, 31).getTime()) * 1_000_000n)
  })

  it('refuses the rest', () => {
    for (const text of ['', 'yesterday', '2024-13-01', '10']) {
      if (text === '10') expect(parseInstant(text, '--since')).toBe(10_000_000_000n)
      else expect(() => parseInstant(text, '--since')).toThrow('invalid value for --since')
    }
  })
})
