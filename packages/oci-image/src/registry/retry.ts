import type { EngineError } from '@runcible/interface'
import { abortedError } from './errors.ts'

/** How long to try. Times are milliseconds. */
export interface RetryPolicy {
  /** Attempts in a row that bring nothing, the first one included. */
  readonly attempts: number
  /** Delay before the second attempt; it doubles with each further one. */
  readonly firstDelay: number
  readonly longestDelay: number
  /** The delay before each further attempt, in place of growing ones. */
  readonly fixedDelay?: number
  /** The longest `Retry-After` that is waited for; a longer one ends the transfer with a message that says when to come back. */
  readonly longestRetryAfter: number
  readonly connectTimeout: number
  /** Time without a byte after which a connection counts as dead. */
  readonly stallTimeout: number
}

export const defaultRetryPolicy: RetryPolicy = {
  attempts: 5,
  firstDelay: 250,
  longestDelay: 10_000,
  longestRetryAfter: 60_000,
  connectTimeout: 15_000,
  stallTimeout: 30_000
}

/** A failure that another attempt may mend; `error` is what to report when there is none. */
export class RetryableError extends Error {
  readonly error: EngineError
  /** What the server asked for, milliseconds. */
  readonly retryAfter: number | undefined

  constructor(error: EngineError, retryAfter?: number) {
    super(error.message, { cause: error })
    this.error = error
    this.retryAfter = retryAfter
  }
}

export interface Retries {
  readonly policy: RetryPolicy
  readonly signal?: AbortSignal | undefined
  /** One line for a person before each wait. */
  readonly onRetry?: ((text: string) => void) | undefined
}

/** Runs `attempt` until it succeeds, fails for good, or fails `policy.attempts` times in a row without `progress()` in between. */
export async function withRetries<T>(retries: Retries, attempt: (progress: () => void) => Promise<T>): Promise<T> {
  const { policy, signal, onRetry } = retries
  let failures = 0
  for (;;) {
    throwIfAborted(signal)
    try {
      return await attempt(() => (failures = 0))
    } catch (error) {
      throwIfAborted(signal)
      if (!(error instanceof RetryableError)) throw error
      failures++
      const delay = error.retryAfter ?? backOff(policy, failures)
      if (failures >= policy.attempts || (error.retryAfter ?? 0) > policy.longestRetryAfter) throw error.error
      onRetry?.(`${error.message}; trying again in ${(delay / 1000).toFixed(delay < 10_000 ? 1 : 0)} s`)
      await pause(delay, signal)
    }
  }
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw abortedError(signal)
}

// Half of the delay is chance: clients that failed together do not come back together.
function backOff(policy: RetryPolicy, failures: number): number {
  if (policy.fixedDelay !== undefined) return policy.fixedDelay
  const full = Math.min(policy.firstDelay * 2 ** (failures - 1), policy.longestDelay)
  return full / 2 + (Math.random() * full) / 2
}

function pause(delay: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      if (signal !== undefined) reject(abortedError(signal))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, delay)
    signal?.addEventListener('abort', stop, { once: true })
  })
}

/** `Retry-After` in milliseconds: seconds or a date. RFC 9110, section 10.2.3. */
export function parseRetryAfter(value: string | undefined, now = Date.now()): number | undefined {
  const text = value?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const date = /^[A-Za-z]{3}, /.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
