import { statusOf } from '@runcible/api-schema'
import { EngineError, isEngineError } from '@runcible/interface'
import { type ApiFamily, dialects } from './family.ts'

export interface Failure {
  readonly status: number
  readonly body: object
  /** Worth a line in the log of the server. */
  readonly isOurs: boolean
}

/** What a client gets for anything that was thrown: never a stack, never the text of an unforeseen error. */
export function failureOf(error: unknown, family: ApiFamily): Failure {
  const { errorBody } = dialects[family]
  if (isEngineError(error)) {
    return { status: statusOf(error.code), body: errorBody(error), isOurs: error.code === 'internal' }
  }
  const status = httpStatus(error)
  if (status !== undefined) {
    const refused = new EngineError('invalid-argument', (error as Error).message)
    return { status, body: withStatus(errorBody(refused), status), isOurs: false }
  }
  const internal = new EngineError('internal', 'internal error', { hint: 'the log of the server tells more' })
  return { status: 500, body: errorBody(internal), isOurs: true }
}

export function notFound(family: ApiFamily): object {
  return dialects[family].errorBody(new EngineError('not-found', 'page not found'))
}

/** Status of an error that the HTTP layer raised over the request: too large, malformed, wrong type. */
function httpStatus(error: unknown): number | undefined {
  const status: unknown = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined
}

function withStatus(body: object, status: number): object {
  return 'response' in body ? { ...body, response: status } : body
}
