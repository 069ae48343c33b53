import { residentMemory, withDescendants } from './processes.ts'

/** Looks ten times a second. */
const period = 100

/** Follows the resident memory of processes and their descendants. `stop` gives the highest sum seen, in megabytes. */
export function watchPeakMemory(pids: () => readonly number[]): { stop(): number } {
  let peak = 0
  const look = (): void => {
    peak = Math.max(peak, residentMemory([...new Set(withDescendants(pids()))]))
  }
  const timer = setInterval(look, period)
  return {
    stop() {
      clearInterval(timer)
      return peak
    }
  }
}
