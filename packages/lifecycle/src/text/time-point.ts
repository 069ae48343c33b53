import { EngineError } from '@runcible/interface'

const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000
}
const duration = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/

/**
 * A point in time as filters name it, in milliseconds since the epoch: seconds since the epoch (`1767323045`, `….5`), a
 * time or day of RFC 3339, or how long ago (`10m`, `1h30m`). `undefined` for anything else.
 */
export function timePoint(text: string, now: number): number | undefined {
  if (/^\d{1,15}(?:\.\d{1,9})?$/.test(text)) return Number(text) * 1000
  if (text.length <= 64 && duration.test(text)) {
    const parts = text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)
    return [...parts].reduce((time, [, count, unit]) => time - Number(count) * units[unit as string]!, now)
  }
  if (!/^\d{4}-\d{2}-\d{2}(?:$|T\d{2}:\d{2})/.test(text)) return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}

/** Milliseconds since the epoch of the value of an `until` filter. */
export function untilOf(value: string): number {
  const time = timePoint(value, Date.now())
  if (time !== undefined) return time
  throw new EngineError('invalid-argument', `until=${value.slice(0, 60)} is neither a time nor a duration`, {
    hint: 'give a time such as 2026-01-31T12:00:00Z, or a duration such as 24h'
  })
}
