const sizeUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const

/** Bytes with four significant digits and units of 1000: `1.998MB`. `space` goes between number and unit. */
export function humanSize(bytes: number, options: { readonly digits?: number; readonly space?: string } = {}): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < sizeUnits.length - 1) {
    value /= 1000
    unit++
  }
  return `${significant(value, options.digits ?? 4)}${options.space ?? ''}${sizeUnits[unit]}`
}

function significant(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits)))
}

/** Milliseconds as people say them: `Less than a second`, `5 seconds`, `About a minute`, `3 weeks`. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000)
  if (seconds < 1) return 'Less than a second'
  if (seconds === 1) return '1 second'
  if (seconds < 60) return `${seconds} seconds`
  const minutes = Math.trunc(seconds / 60)
  if (minutes === 1) return 'About a minute'
  if (minutes < 60) return `${minutes} minutes`
  const hours = Math.round(seconds / 3600)
  if (hours === 1) return 'About an hour'
  if (hours < 48) return `${hours} hours`
  const days = Math.trunc(hours / 24)
  if (days < 14) return `${days} days`
  if (days < 60) return `${Math.trunc(days / 7)} weeks`
  if (days < 730) return `${Math.trunc(days / 30)} months`
  return `${Math.trunc(days / 365)} years`
}

/** How long ago something was. */
export function ago(then: number, now: number): string {
  return `${humanDuration(Math.max(0, now - then))} ago`
}

const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const

/** Bytes with four significant digits and units of 1024: `23.54GiB`. */
export function humanBinarySize(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < binaryUnits.length - 1) {
    value /= 1024
    unit++
  }
  return `${significant(value, 4)}${binaryUnits[unit]}`
}

/** Nanoseconds as Go prints a duration: `23.540955ms`, `1m2.5s`, `0s`. */
export function goDuration(nanoseconds: number): string {
  const whole = Math.round(nanoseconds)
  if (whole === 0) return '0s'
  if (whole < 1000) return `${whole}ns`
  if (whole < 1e6) return `${whole / 1e3}µs`
  if (whole < 1e9) return `${whole / 1e6}ms`
  const seconds = (whole % 60e9) / 1e9
  const minutes = Math.floor(whole / 60e9)
  if (minutes === 0) return `${seconds}s`
  return minutes < 60 ? `${minutes}m${seconds}s` : `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}s`
}
