/**
 * What went wrong, as a closed set. Exit codes and HTTP statuses are tables over these codes.
 *
 * - `not-found`, `already-exists`, `in-use`, `invalid-argument`: as their names say
 * - `failed-precondition`: the thing exists but its state does not allow this (stopped, not running, paused …)
 * - `permission-denied`: this process may not; `unauthorized`: a remote side wants (other) credentials
 * - `unavailable`: something needed is missing or does not answer (a registry, a binary, a kernel feature); may work later
 * - `timeout`: a deadline passed; `aborted`: the caller's signal fired
 * - `exhausted`: disk, addresses, ports, descriptors, rate limit
 * - `corrupt`: content does not match its digest, size or format
 * - `unsupported`: this engine or driver cannot do it
 * - `command-not-found`, `command-not-executable`: the container's command (exit codes 127 and 126)
 * - `internal`: a bug
 */
export type ErrorCode =
  | 'not-found'
  | 'already-exists'
  | 'in-use'
  | 'invalid-argument'
  | 'failed-precondition'
  | 'permission-denied'
  | 'unauthorized'
  | 'unavailable'
  | 'timeout'
  | 'aborted'
  | 'exhausted'
  | 'corrupt'
  | 'unsupported'
  | 'command-not-found'
  | 'command-not-executable'
  | 'internal'

/** The thing an error is about. */
export interface ErrorSubject {
  readonly kind: 'container' | 'image' | 'network' | 'volume' | 'pod' | 'secret' | 'exec' | 'registry' | 'blob' | 'host'
  readonly name: string
}

export interface EngineErrorOptions {
  readonly subject?: ErrorSubject
  /** What the user can do about it, as an imperative phrase or a command. */
  readonly hint?: string
  readonly cause?: unknown
}

// A registered symbol survives a second copy of this module in another bundle, where `instanceof` would not.
const brand = Symbol.for('runcible.EngineError')

/** The one error that crosses a contract. `message` is a single line without credentials. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly code: ErrorCode
  readonly subject: ErrorSubject | undefined
  readonly hint: string | undefined
  readonly [brand] = true

  constructor(code: ErrorCode, message: string, options: EngineErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.subject = options.subject
    this.hint = options.hint
  }
}

/** Whether a value is an `EngineError`, of whatever copy of this module; with `code`, whether it has that code. */
export function isEngineError(value: unknown, code?: ErrorCode): value is EngineError {
  if (typeof value !== 'object' || value === null || !(brand in value)) return false
  return code === undefined || (value as EngineError).code === code
}
