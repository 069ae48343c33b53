import { EngineError, isEngineError, type ErrorCode } from '@runcible/interface'
import { errorCode } from '@runcible/linux'

const codes: Readonly<Record<string, ErrorCode>> = {
  EACCES: 'permission-denied',
  EPERM: 'permission-denied',
  EROFS: 'permission-denied',
  ENOSPC: 'exhausted',
  EDQUOT: 'exhausted',
  EMFILE: 'exhausted',
  ENFILE: 'exhausted',
  EBUSY: 'in-use',
  EEXIST: 'failed-precondition',
  ENOENT: 'unavailable',
  ENODEV: 'unavailable',
  EINVAL: 'invalid-argument',
  ENOTDIR: 'invalid-argument',
  ENAMETOOLONG: 'invalid-argument'
}

/** What the host refused, as an error of the volume; errors that are the engine's already stay as they are. */
export function volumeError(error: unknown, name: string, doing: string): unknown {
  const code = errorCode(error)
  if (isEngineError(error) || code === undefined) return error
  return new EngineError(codes[code] ?? 'internal', `${doing} volume ${name} failed: ${(error as Error).message}`, {
    subject: { kind: 'volume', name },
    cause: error
  })
}
