import { UsageError } from '../usage-error.ts'

const nanoseconds: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 6e10,
  h: 3.6e12
}

/** Nanoseconds of a Go duration such as `1h2m3.5s`; `undefined` when it is none. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0
  if (!/^-?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g))
    total += Number(amount) * nanoseconds[unit!]!
  return text.startsWith('-') ? -total : total
}

/**
 * A point in time as `--since` and `--until` take it: a duration before now (`10m`), seconds since the epoch, or a date
 * (`2024-01-31`, `2024-01-31T10:20:30`, with `Z` or an offset; local time without one). Nanoseconds since the epoch.
 *
 * @throws UsageError naming `flag`
 */
export function parseInstant(text: string, flag: string, now = Date.now()): bigint {
  const duration = parseDuration(text)
  if (duration !== undefined && text !== '0') return BigInt(Math.round(now * 1e6 - duration))
  const seconds = /^(\d{1,11})(?:\.(\d{1,9}))?$/.exec(text)
  if (seconds !== null) return BigInt(seconds[1]!) * 1_000_000_000n + BigInt((seconds[2] ?? '').padEnd(9, '0'))
  const date = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.(\d{1,9}))?(?:Z|[+-]\d\d:?\d\d)?)?$/.exec(text)
  const fraction = date?.[1] ?? ''
  const plain = (fraction === '' ? text : text.replace(`.${fraction}`, '')).replace(' ', 'T')
  const whole = date === null ? Number.NaN : Date.parse(plain.length === 10 ? `${plain}T00:00:00` : plain)
  if (Number.isNaN(whole))
    throw new UsageError(`invalid value for ${flag}: "${text}" is neither a duration like 10m nor a date`)
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}
