import { EngineError } from '@runcible/interface'
import { dockerHub } from '../reference.ts'
import type { Authenticator } from './auth.ts'
import { discard, readErrorBody } from './body.ts'
import {
  abortedError,
  connectionCode,
  connectionError,
  isTlsProblem,
  type RequestSubject,
  responseError
} from './errors.ts'
import { masked } from './mask.ts'
import { rateLimitOf } from './rate-limit.ts'
import { redactUrl } from './redact.ts'
import { RetryableError } from './retry.ts'
import type { HttpRequest, HttpResponse, Transport } from './transport.ts'

export interface SessionInit {
  /** As in the reference. */
  readonly registry: string
  /** Plain http is allowed where https does not answer, and certificates are not checked. */
  readonly insecure: boolean
  readonly transport: Transport
  readonly auth: Authenticator
}

export interface SessionRequest {
  readonly method: HttpRequest['method']
  /** Path below the registry's root, or the URL that the registry gave. */
  readonly to: string | URL
  readonly headers?: Readonly<Record<string, string>>
  /** Called again for every attempt. */
  readonly body?: () => Uint8Array | AsyncIterable<Uint8Array>
  /** Statuses that are answers; every other one is an error. */
  readonly accept: readonly number[]
  readonly scopes: readonly string[]
  readonly subject: RequestSubject
  readonly signal?: AbortSignal | undefined
}

/** Requests to one registry: scheme, authorisation, redirects, and failures as errors (some of them retryable). */
export interface Session {
  readonly registry: string
  send(request: SessionRequest): Promise<HttpResponse>
}

const mostRedirects = 8
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
const retryableStatuses: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504])

export function registrySession(init: SessionInit): Session {
  const host = init.registry === dockerHub ? 'registry-1.docker.io' : init.registry
  let base: URL | undefined
  // Requests that start before the scheme is known wait for the first of them.
  let settling: Promise<unknown> | undefined

  const first = async (request: SessionRequest, path: string): Promise<HttpResponse> => {
    const secure = new URL(`https://${host}/`)
    try {
      const response = await exchange(init, new URL(path, secure), request)
      base = secure
      return response
    } catch (error) {
      if (!init.insecure || !(error instanceof NoAnswer) || request.signal?.aborted === true) throw error
      const plain = new URL(`http://${host}/`)
      const response = await exchange(init, new URL(path, plain), request)
      base = plain
      return response
    }
  }

  const open = async (request: SessionRequest): Promise<HttpResponse> => {
    if (request.to instanceof URL) return exchange(init, allowed(init, request.to), request)
    await settling?.catch(() => undefined)
    if (base !== undefined) return exchange(init, new URL(request.to, base), request)
    const attempt = first(request, request.to)
    settling = attempt
    return attempt
  }

  return {
    registry: init.registry,
    async send(request) {
      try {
        const response = await open(request)
        if (request.accept.includes(response.status)) return response
        throw await statusError(init, request, response)
      } catch (error) {
        if (request.signal?.aborted === true) throw abortedError(request.signal)
        if (!(error instanceof NoAnswer)) throw masked(error, init.auth.secrets())
        const known = connectionError(init.registry, error.cause)
        throw isHopeless(error.cause, base !== undefined) ? known : new RetryableError(known)
      }
    }
  }
}

// A wrong name or port is told at once; a registry that answered before may be back in a moment.
function isHopeless(error: unknown, answeredBefore: boolean): boolean {
  const code = connectionCode(error)
  return isTlsProblem(error) || (!answeredBefore && (code === 'ECONNREFUSED' || code === 'ENOTFOUND'))
}

/** The connection failed before an answer began. */
class NoAnswer extends Error {}

async function statusError(init: SessionInit, request: SessionRequest, response: HttpResponse): Promise<Error> {
  const body = await readErrorBody(response)
  const limit = rateLimitOf(response)
  const failed = { status: response.status, body, limit, authenticated: init.auth.authenticated() }
  const error = responseError(request.subject, failed)
  return retryableStatuses.has(response.status) ? new RetryableError(error, limit.retryAfter) : error
}

/** One request with its challenges answered and its redirects followed. */
async function exchange(init: SessionInit, url: URL, request: SessionRequest): Promise<HttpResponse> {
  const registryHost = init.registry === dockerHub ? 'registry-1.docker.io' : init.registry
  // An upload may continue at another host; the registry's authorisation is not for that one.
  const ours = url.host === new URL(`${url.protocol}//${registryHost}/`).host
  const authorization = (): string | undefined => (ours ? init.auth.header(request.scopes) : undefined)
  const sent = authorization()
  const response = await follow(init, url, request, sent)
  if (response.status !== 401 || !ours || response.url.host !== url.host) return response
  const scoped = { subject: request.subject, scopes: request.scopes, sent, signal: request.signal }
  const answered = await init.auth.answer(response, scoped)
  if (!answered) return response
  discard(response)
  return follow(init, url, request, authorization())
}

async function follow(
  init: SessionInit,
  start: URL,
  request: SessionRequest,
  authorization: string | undefined
): Promise<HttpResponse> {
  let url = start
  for (let hops = 0; hops <= mostRedirects; hops++) {
    const sameOrigin = url.origin === start.origin
    const headers = { ...request.headers, ...(sameOrigin && authorization !== undefined ? { authorization } : {}) }
    const response = await sendOnce(init, { url, headers, request })
    if (!redirects.has(response.status) || request.accept.includes(response.status)) return response
    const location = response.header('location')
    discard(response)
    url = nextUrl(init, url, location)
  }
  throw new EngineError('unavailable', `registry ${init.registry} redirects in circles`, {
    subject: { kind: 'registry', name: init.registry }
  })
}

async function sendOnce(
  init: SessionInit,
  {
    url,
    headers,
    request
  }: { readonly url: URL; readonly headers: Readonly<Record<string, string>>; readonly request: SessionRequest }
): Promise<HttpResponse> {
  const body = request.body?.()
  try {
    return await init.transport.send({
      method: request.method,
      url,
      headers,
      verify: !init.insecure,
      ...(body === undefined ? {} : { body }),
      signal: request.signal
    })
  } catch (cause) {
    if (cause instanceof EngineError) throw cause
    throw new NoAnswer('no answer', { cause })
  }
}

function nextUrl(init: SessionInit, from: URL, location: string | undefined): URL {
  if (location === undefined || !URL.canParse(location, from)) {
    throw new EngineError('unavailable', `registry ${init.registry} redirects to nowhere`, {
      subject: { kind: 'registry', name: init.registry }
    })
  }
  return allowed(init, new URL(location, from))
}

/** A URL that the registry gave: over https, unless the registry may be spoken to in plain text. */
function allowed(init: SessionInit, url: URL): URL {
  const problem = (why: string): EngineError =>
    new EngineError('unavailable', `registry ${init.registry} sends on ${why}`, {
      subject: { kind: 'registry', name: init.registry }
    })
  if (url.username !== '' || url.password !== '') throw problem('to a URL with credentials')
  if (url.protocol === 'https:' || (url.protocol === 'http:' && init.insecure)) return url
  throw problem(`to ${redactUrl(url)}, which is not reached over https`)
}
