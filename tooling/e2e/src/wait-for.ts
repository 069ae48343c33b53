import { setTimeout as sleep } from 'node:timers/promises'

export interface WaitOptions {
  /** Milliseconds; by default 15 000. */
  readonly timeout?: number
  /** Milliseconds between two looks; by default 50. */
  readonly interval?: number
}

/** Looks until there is something to see: neither `undefined` nor `false`, and no error. Fails with the last error. */
export async function waitFor<Value>(
  what: string,
  look: () => Promise<Value | undefined | false> | Value | undefined | false,
  { timeout = 15_000, interval = 50 }: WaitOptions = {}
): Promise<Value> {
  const end = Date.now() + timeout
  let cause: unknown
  do {
    try {
      const seen = await look()
      if (seen !== undefined && seen !== false) return seen
      cause = undefined
    } catch (error) {
      cause = error
    }
    await sleep(interval)
  } while (Date.now() < end)
  throw new Error(`${what}: not within ${timeout} ms${cause instanceof Error ? `: ${cause.message}` : ''}`, { cause })
}
