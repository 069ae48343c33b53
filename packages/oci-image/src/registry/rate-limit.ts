import { parseRetryAfter } from './retry.ts'
import type { HttpResponse } from './transport.ts'

export interface RateLimit {
  /** When to come back, milliseconds from now. */
  readonly retryAfter: number | undefined
  /** Requests allowed in a window of seconds. */
  readonly quota: { readonly requests: number; readonly seconds: number } | undefined
}

/**
 * What an answer says about its limit: `Retry-After` (RFC 9110, section 10.2.3), otherwise `ratelimit-reset` (seconds),
 * `x-ratelimit-reset` and `x-retry-after` (seconds since the epoch), and `ratelimit-limit: 100;w=21600`.
 */
export function rateLimitOf(response: Pick<HttpResponse, 'header'>, now = Date.now()): RateLimit {
  const whole = (name: string): number | undefined => {
    const text = /^\s*(\d{1,12})/.exec(response.header(name) ?? '')?.[1]
    return text === undefined ? undefined : Number(text)
  }
  const epoch = (name: string): number | undefined => {
    const seconds = whole(name)
    // A small number is a span, as some servers send it.
    if (seconds === undefined) return undefined
    return seconds < 1e9 ? seconds * 1000 : Math.max(0, seconds * 1000 - now)
  }
  const reset = whole('ratelimit-reset')
  const quota = /^\s*(\d{1,9})\s*;\s*w=(\d{1,9})/.exec(response.header('ratelimit-limit') ?? '')
  return {
    retryAfter:
      parseRetryAfter(response.header('retry-after'), now) ??
      (reset === undefined ? (epoch('x-retry-after') ?? epoch('x-ratelimit-reset')) : reset * 1000),
    quota: quota === null ? undefined : { requests: Number(quota[1]), seconds: Number(quota[2]) }
  }
}
