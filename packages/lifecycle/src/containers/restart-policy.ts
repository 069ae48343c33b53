import type { ContainerRecord } from '@runcible/interface'

/** Milliseconds before the first restart; doubled for each further one. */
const firstDelay = 100
const longestDelay = 60_000
/** A run of this many milliseconds was a good one: the next failure counts as the first again. */
const goodRun = 10_000

/** Milliseconds until the restart that the policy wants; undefined for none. */
export function restartDelay(record: ContainerRecord): number | undefined {
  if (!wantsRestart(record)) return undefined
  return Math.min(longestDelay, firstDelay * 2 ** Math.min(consecutiveRestarts(record), 30))
}

/** Whether a container that has ended is to be started again. */
export function wantsRestart(record: ContainerRecord): boolean {
  const { name, maximumRetryCount } = record.config.restart
  const hasEnded = record.status === 'exited' || record.status === 'stopped'
  if (record.stoppedByUser || !hasEnded || record.exit === undefined) return false
  if (name === 'always' || name === 'unless-stopped') return true
  return name === 'on-failure' && record.exit.code !== 0 && record.restartCount < (maximumRetryCount ?? Infinity)
}

/** How many restarts came one after the other without a good run. */
export function consecutiveRestarts(record: ContainerRecord): number {
  const ran = (record.exit?.at ?? 0) - (record.startedAt ?? 0)
  return ran >= goodRun ? 0 : record.restartCount
}
