/** Options of every call that may wait. */
export interface CallOptions {
  /** Ends the call with an `aborted` error; what was half-done is undone. */
  readonly signal?: AbortSignal | undefined
}

/** Options of every call that may take long enough to watch. */
export interface ProgressOptions<Event> extends CallOptions {
  readonly onProgress?: ((event: Event) => void) | undefined
}
