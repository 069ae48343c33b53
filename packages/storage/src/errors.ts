import { EngineError, isEngineError, type ErrorCode, type ErrorSubject } from '@runcible/interface'
import { errorCode } from '@runcible/linux'

const codes: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'exhausted',
  EDQUOT: 'exhausted',
  EMFILE: 'exhausted',
  ENFILE: 'exhausted',
  ENOMEM: 'exhausted',
  EMLINK: 'exhausted',
  EFBIG: 'exhausted',
  EACCES: 'permission-denied',
  EPERM: 'permission-denied',
  EROFS: 'permission-denied',
  ENOENT: 'not-found',
  EEXIST: 'already-exists',
  EBUSY: 'in-use',
  ENAMETOOLONG: 'invalid-argument',
  ELOOP: 'invalid-argument',
  ENOTDIR: 'invalid-argument',
  EISDIR: 'invalid-argument',
  ENOSYS: 'unsupported',
  EOPNOTSUPP: 'unsupported',
  ABORT_ERR: 'aborted'
}

const hints: Readonly<Partial<Record<string, string>>> = {
  ENOSPC: 'free some space, or remove images that nothing uses',
  EDQUOT: 'raise the disk quota, or remove images that nothing uses',
  EMFILE: 'raise the limit of open files (ulimit -n)'
}

/** One line: control characters of a name that came from an image never reach a terminal. */
export const printable = (text: string): string =>
  // eslint-disable-next-line no-control-regex
  text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)

/** Whatever was thrown, as an `EngineError` that says what was being done. An `EngineError` passes as it is. */
export const toEngineError = (error: unknown, doing: string, subject?: ErrorSubject): EngineError => {
  if (isEngineError(error)) return error
  if (isAbort(error)) return new EngineError('aborted', `${doing} was interrupted`, { cause: error })
  const errno = errorCode(error)
  const code = (errno === undefined ? undefined : codes[errno]) ?? 'internal'
  const reason = error instanceof Error ? error.message : String(error)
  const hint = errno === undefined ? undefined : hints[errno]
  return new EngineError(code, printable(`${doing} failed: ${reason}`), {
    cause: error,
    ...(subject === undefined ? {} : { subject }),
    ...(hint === undefined ? {} : { hint })
  })
}

const isAbort = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')

/** Throws `aborted` when the signal has fired. */
export const throwIfAborted = (signal: AbortSignal | undefined, doing: string): void => {
  if (signal?.aborted === true) throw new EngineError('aborted', `${doing} was interrupted`, { cause: signal.reason })
}
