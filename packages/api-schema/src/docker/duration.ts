const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** Milliseconds as Docker words them: `Less than a second`, `About a minute`, `3 weeks`. */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(0, Math.trunc(milliseconds / 1000))
  if (seconds < 1) return 'Less than a second'
  if (seconds === 1) return '1 second'
  if (seconds < minute) return `${seconds} seconds`
  if (seconds < 2 * minute) return 'About a minute'
  if (seconds < hour) return `${Math.trunc(seconds / minute)} minutes`
  const hours = Math.round(seconds / hour)
  if (hours === 1) return 'About an hour'
  if (hours < 48) return `${hours} hours`
  const days = Math.trunc(seconds / day)
  if (days < 14) return `${days} days`
  if (days < 60) return `${Math.trunc(days / 7)} weeks`
  if (days < 730) return `${Math.trunc(days / 30)} months`
  return `${Math.trunc(days / 365)} years`
}
