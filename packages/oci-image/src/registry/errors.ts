import { EngineError, type EngineErrorOptions, isEngineError } from '@runcible/interface'
import { parseErrorBody } from '@runcible/oci-spec'
import type { RateLimit } from './rate-limit.ts'
import { cleanText } from './redact.ts'

/** What was being done, for messages. */
export interface RequestSubject {
  /** Host and port as in the reference. */
  readonly registry: string
  readonly repository: string
  /** What was asked for; `registry`: something of the registry as a whole, `repository` and `target` are empty then. */
  readonly kind: 'manifest' | 'blob' | 'upload' | 'tags' | 'deletion' | 'registry'
  /** Tag or digest; empty for `tags`. */
  readonly target: string
}

export interface FailedResponse {
  readonly status: number
  readonly body: string
  /** Whether credentials were sent. */
  readonly authenticated: boolean
  readonly limit: RateLimit
}

/** The error that ends a call because its signal fired. */
export function abortedError(signal: AbortSignal): EngineError {
  return isEngineError(signal.reason)
    ? signal.reason
    : new EngineError('aborted', 'the transfer was cancelled', { cause: signal.reason })
}

const imageName = (subject: RequestSubject): string =>
  `${subject.registry}/${subject.repository}${subject.target.includes(':') ? '@' : ':'}${subject.target}`

function about(subject: RequestSubject): EngineErrorOptions {
  if (subject.kind === 'blob') return { subject: { kind: 'blob', name: subject.target } }
  if (subject.kind === 'registry') return { subject: { kind: 'registry', name: subject.registry } }
  const name = subject.kind === 'tags' ? `${subject.registry}/${subject.repository}` : imageName(subject)
  return { subject: { kind: 'image', name } }
}

const logIn = (registry: string): string => `log in with "runcible login ${registry}", or pass --creds USER:PASSWORD`

const actions: Readonly<Record<RequestSubject['kind'], (repository: string) => string>> = {
  manifest: (repository) => `pull from ${repository}`,
  blob: (repository) => `pull from ${repository}`,
  upload: (repository) => `push to ${repository}`,
  tags: (repository) => `list the tags of ${repository}`,
  deletion: (repository) => `delete from ${repository}`,
  registry: () => 'answer'
}

/** An answer that is not the wanted one, as an error that says what to do. */
export function responseError(subject: RequestSubject, response: FailedResponse): EngineError {
  const { status } = response
  const where = `registry ${subject.registry}`
  const said = registrySays(response.body)
  if (status === 401 || status === 403) return deniedError(subject, response, said)
  if (status === 404) return notFoundError(subject, response.body, said)
  if (status === 429) return rateLimitError(subject, response.limit)
  if (status >= 500) {
    return new EngineError('unavailable', `${where} failed with status ${status}${said}`, {
      ...about(subject),
      hint: 'try again later; the fault is on the side of the registry'
    })
  }
  if (status === 405 && subject.kind === 'deletion') {
    return new EngineError('unsupported', `${where} does not let images be deleted${said}`, {
      ...about(subject),
      hint: 'deletion is off by default in some registries; ask its owner'
    })
  }
  return new EngineError('unavailable', `${where} refused the request with status ${status}${said}`, about(subject))
}

function deniedError(subject: RequestSubject, { status, authenticated }: FailedResponse, said: string): EngineError {
  const { registry, repository, kind } = subject
  const action = actions[kind](repository)
  const denied = (message: string, hint: string): EngineError =>
    new EngineError('unauthorized', `${message}${said}`, { ...about(subject), hint })
  if (status === 403) {
    return denied(
      `registry ${registry} does not allow to ${action}`,
      authenticated ? 'ask its owner for access, or log in as another user' : logIn(registry)
    )
  }
  const whom = kind === 'registry' ? '' : ` for ${repository}`
  if (authenticated) return denied(`registry ${registry} refused the credentials${whom}`, logIn(registry))
  const orNone = kind === 'registry' ? '' : ', or there is no such repository'
  return denied(`registry ${registry} wants credentials to ${action}${orNone}`, logIn(registry))
}

function notFoundError(subject: RequestSubject, body: string, said: string): EngineError {
  const { registry, repository } = subject
  if (subject.kind === 'blob') {
    return new EngineError('not-found', `registry ${registry} does not have blob ${subject.target} of ${repository}`, {
      ...about(subject),
      hint: 'the image is incomplete there; push it again'
    })
  }
  if (subject.kind === 'registry') {
    return new EngineError('not-found', `${registry} does not answer as a registry (status 404)${said}`, {
      ...about(subject),
      hint: 'check the name and the port'
    })
  }
  if (subject.kind === 'tags') {
    return new EngineError('not-found', `registry ${registry} has no repository ${repository}${said}`, {
      ...about(subject),
      hint: 'check the name and the registry'
    })
  }
  const noRepository = parseErrorBody(body).some((error) => error.code === 'NAME_UNKNOWN')
  const message = noRepository
    ? `image ${imageName(subject)} not found: registry ${registry} has no repository ${repository}`
    : `image ${imageName(subject)} not found in registry ${registry}${said}`
  return new EngineError('not-found', message, { ...about(subject), hint: 'check the name, the tag and the registry' })
}

function rateLimitError(subject: RequestSubject, { retryAfter, quota }: RateLimit): EngineError {
  const when =
    retryAfter === undefined
      ? 'try again later'
      : `try again in ${duration(retryAfter)} (after ${new Date(Date.now() + retryAfter).toISOString().slice(0, 19)}Z)`
  const allowed = quota === undefined ? '' : ` to ${quota.requests} in ${duration(quota.seconds * 1000)}`
  return new EngineError('exhausted', `registry ${subject.registry} limits the rate of requests${allowed}: ${when}`, {
    ...about(subject),
    hint: `${when}; a logged-in user often has a higher limit: ${logIn(subject.registry)}`
  })
}

function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000)
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3600)} h`
}

// The registry's own words, unless they only repeat its code.
function registrySays(body: string): string {
  const text = parseErrorBody(body)
    .map((error) => error.message || error.code)
    .find((message) => message !== '')
  return text === undefined ? '' : `: ${cleanText(text)}`
}

const certificateProblems: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate comes from an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an unknown authority'
}

const connectionProblems: Readonly<Record<string, string>> = {
  EAI_AGAIN: 'its name cannot be looked up now',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'it closed the connection',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'the network is unreachable',
  ENOTFOUND: 'there is no host of that name',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  UND_ERR_HEADERS_TIMEOUT: 'it accepted the request and then sent nothing',
  UND_ERR_BODY_TIMEOUT: 'it stopped sending in the middle of an answer',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'it cut an answer short',
  UND_ERR_SOCKET: 'it closed the connection'
}

/** The code of a failed connection, also of one that undici or happy eyeballs wrapped. */
export function connectionCode(error: unknown): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof AggregateError && at.errors.length > 0) return connectionCode(at.errors[0])
    const { code } = at as NodeJS.ErrnoException
    if (typeof code === 'string' && (code !== 'UND_ERR_SOCKET' || !(at.cause instanceof Error))) return code
  }
  return ''
}

/** Whether the other side speaks http where https was tried. */
function speaksPlainHttp(error: unknown): boolean {
  return (
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|INVALID_PROTOCOL/.test(connectionCode(error)) ||
    codeOf(error) === 'EPROTO'
  )
}

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException | undefined)?.code

/** Whether trying again is of no use: the certificate or the protocol is wrong. */
export function isTlsProblem(error: unknown): boolean {
  const code = connectionCode(error)
  return code in certificateProblems || code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || code === 'EPROTO'
}

/** No answer at all, or a broken one. */
export function connectionError(registry: string, error: unknown): EngineError {
  const code = connectionCode(error)
  const subject = { kind: 'registry', name: registry } as const
  if (speaksPlainHttp(error)) {
    return new EngineError('unavailable', `registry ${registry} answers in plain http where https was expected`, {
      subject,
      hint: 'if that is meant to be, pass --tls-verify=false or set insecure = true for it in registries.conf',
      cause: error
    })
  }
  if (/ALERT_(?:BAD_CERTIFICATE|CERTIFICATE_REQUIRED|UNKNOWN_CA|HANDSHAKE_FAILURE)/.test(code)) {
    return new EngineError('unauthorized', `registry ${registry} wants a client certificate, or another one`, {
      subject,
      hint: `put NAME.cert and NAME.key into /etc/containers/certs.d/${registry}, or name their directory with --cert-dir`,
      cause: error
    })
  }
  const certificate = certificateProblems[code]
  if (certificate !== undefined || isTlsProblem(error)) {
    return new EngineError(
      'unavailable',
      `registry ${registry} cannot be trusted: ${certificate ?? `TLS failed (${code})`}`,
      {
        subject,
        hint: `put its authority's certificate into /etc/containers/certs.d/${registry}/ca.crt, or pass --tls-verify=false`,
        cause: error
      }
    )
  }
  const problem = connectionProblems[code] ?? cleanText(error instanceof Error ? error.message : String(error))
  return new EngineError('unavailable', `registry ${registry} cannot be reached: ${problem}`, {
    subject,
    hint: 'check the name, the port and the network',
    cause: error
  })
}
