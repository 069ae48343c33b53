/** What one client may ask of the server. Times in milliseconds, sizes in bytes. */
export interface ApiLimits {
  /** Request line and headers together. */
  readonly headerBytes: number
  readonly bodyBytes: number
  /** Until the headers are complete. */
  readonly headersTimeout: number
  /** Until the whole request is complete. */
  readonly requestTimeout: number
  /** How long an unused connection stays. */
  readonly keepAliveTimeout: number
  readonly connections: number
  /** Requests being answered at the same time; more get 503. */
  readonly requests: number
  /** What running requests get to finish in when the server closes. */
  readonly closeTimeout: number
}

export const defaultLimits: ApiLimits = {
  headerBytes: 32 * 1024,
  bodyBytes: 1024 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 75_000,
  connections: 1024,
  requests: 256,
  closeTimeout: 10_000
}
