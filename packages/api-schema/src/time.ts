/** Go's zero time. */
export const zeroTime = '0001-01-01T00:00:00Z'
/** Go's zero time in seconds since the epoch. */
export const zeroSeconds = -62_135_596_800

/** RFC 3339 of milliseconds since the epoch; Go's zero time when there is none. */
export function rfc3339(milliseconds: number | undefined): string {
  return milliseconds === undefined ? zeroTime : new Date(milliseconds).toISOString().replace(/\.000Z$/, 'Z')
}

/** Seconds since the epoch; Go's zero time when there is none. */
export function epochSeconds(milliseconds: number | undefined): number {
  return milliseconds === undefined ? zeroSeconds : Math.floor(milliseconds / 1000)
}
