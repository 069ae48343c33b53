import { type EngineError, type ErrorCode, isEngineError } from '@runcible/interface'

const statuses: Readonly<Record<ErrorCode, number>> = {
  'invalid-argument': 400,
  'command-not-found': 400,
  'command-not-executable': 400,
  unauthorized: 401,
  'permission-denied': 403,
  'not-found': 404,
  aborted: 408,
  'already-exists': 409,
  'failed-precondition': 409,
  'in-use': 409,
  corrupt: 500,
  internal: 500,
  unsupported: 501,
  exhausted: 503,
  unavailable: 503,
  timeout: 504
}

/** HTTP status of an error code. */
export function statusOf(code: ErrorCode): number {
  return statuses[code]
}

/** An error in the Docker API. */
export interface DockerErrorBody {
  readonly message: string
}

/** An error in the libpod API. */
export interface LibpodErrorBody {
  /** The innermost reason. */
  readonly cause: string
  readonly message: string
  /** The HTTP status. */
  readonly response: number
}

export function dockerErrorBody(error: EngineError): DockerErrorBody {
  return { message: messageOf(error) }
}

export function libpodErrorBody(error: EngineError): LibpodErrorBody {
  return { cause: innermost(error).message, message: messageOf(error), response: statusOf(error.code) }
}

const messageOf = ({ message, hint }: EngineError) => (hint === undefined ? message : `${message}; ${hint}`)

/** Only engine errors are fit to be shown: other causes may name paths or secrets. */
function innermost(error: EngineError): EngineError {
  let at = error
  for (let depth = 0; depth < 16 && isEngineError(at.cause); depth++) at = at.cause
  return at
}
