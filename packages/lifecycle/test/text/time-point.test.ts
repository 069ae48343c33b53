import { expect, it } from 'vitest'
import { timePoint } from '../../src/text/time-point.ts'

const now = Date.UTC(2026, 0, 2, 12)

it.each([
  ['1767323045', 1_767_323_045_000],
  ['1767323045.5', 1_767_323_045_500],
  ['2026-01-01', Date.UTC(2026, 0, 1)],
  ['2026-01-01T10:00:00Z', Date.UTC(2026, 0, 1, 10)],
  ['2026-01-01T10:00:00+02:00', Date.UTC(2026, 0, 1, 8)],
  ['10m', now - 600_000],
  ['1h30m', now - 5_400_000],
  ['1.5h', now - 5_400_000],
  ['500ms', now - 500]
])('%s', (text, expected) => expect(timePoint(text, now)).toBe(expected))

it.each(['', 'soon', '10x', '-1h', '2026-13-40', 'h', '1h 30m', '9'.repeat(70)])('is no point in time: %j', (text) =>
  expect(timePoint(text, now)).toBeUndefined()
)
