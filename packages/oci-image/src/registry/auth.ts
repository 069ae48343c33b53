import { EngineError } from '@runcible/interface'
import { jsonLimits, parseErrorBody, parseJson } from '@runcible/oci-spec'
import type { Credentials } from './auth-file.ts'
import { readBody, readErrorBody } from './body.ts'
import { type Challenge, parseChallenges } from './challenge.ts'
import { connectionError, type RequestSubject, responseError } from './errors.ts'
import { checkRealm } from './realm.ts'
import { rateLimitOf } from './rate-limit.ts'
import { cleanText } from './redact.ts'
import { RetryableError } from './retry.ts'
import type { HttpResponse, Transport } from './transport.ts'

export interface AuthenticatorInit {
  /** As in the reference, for messages and for the realm rule. */
  readonly registry: string
  readonly transport: Transport
  /** Called at most once, when a registry asks. */
  readonly credentials: () => Promise<Credentials | undefined>
  /** A bearer token to send with every request; nothing else is then done about authorisation. */
  readonly registryToken?: string | undefined
  /** Hosts beside the registry's domain that may get its credentials. */
  readonly trustedHosts: readonly string[]
  readonly verify: boolean
}

export interface ScopedRequest {
  readonly subject: RequestSubject
  /** `repository:name:pull` and the like. */
  readonly scopes: readonly string[]
  /** The `Authorization` header that it was sent with. */
  readonly sent?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** Answers the challenges of one registry and remembers what it got. */
export interface Authenticator {
  /** The `Authorization` header to send with a request, if one is known by now. */
  header(scopes: readonly string[]): string | undefined
  /** Takes a 401 answer. False when there is nothing (else) to answer it with. */
  answer(response: HttpResponse, request: ScopedRequest): Promise<boolean>
  /** Whether requests carry the user's credentials, or a token got with them. */
  authenticated(): boolean
  /** Everything that must not be shown: passwords, tokens, and what the headers make of them. */
  secrets(): Iterable<string>
}

interface Token {
  readonly value: string
  /** Of `performance.now()`. */
  readonly expires: number
}

export function authenticator(init: AuthenticatorInit): Authenticator {
  return init.registryToken === undefined ? askingAuthenticator(init) : fixedAuthenticator(init.registryToken)
}

const fixedAuthenticator = (token: string): Authenticator => ({
  header: () => `Bearer ${token}`,
  answer: async () => false,
  authenticated: () => true,
  secrets: () => [token]
})

function askingAuthenticator(init: AuthenticatorInit): Authenticator {
  const tokens = new Map<string, Token>()
  const pending = new Map<string, Promise<Token>>()
  let basic: string | undefined
  let lookedUp: Promise<Credentials | undefined> | undefined
  let withCredentials = false
  const secrets = new Set<string>()
  const credentials = async (): Promise<Credentials | undefined> => {
    const found = await (lookedUp ??= init.credentials())
    for (const secret of found === undefined ? [] : secretsOf(found)) secrets.add(secret)
    return found
  }

  const getToken = async (
    challenge: Challenge,
    request: ScopedRequest,
    found: Credentials | undefined
  ): Promise<void> => {
    const key = request.scopes.join(' ')
    const running = pending.get(key) ?? fetchToken(init, challenge, request, found)
    pending.set(key, running)
    try {
      const token = await running
      secrets.add(token.value)
      tokens.set(key, token)
    } finally {
      pending.delete(key)
    }
  }

  return {
    header(scopes) {
      const token = tokens.get(scopes.join(' '))
      if (token !== undefined && token.expires > performance.now()) return `Bearer ${token.value}`
      return basic
    },
    async answer(response, request) {
      const challenges = parseChallenges(response.headers('www-authenticate'))
      const bearer = challenges.find((challenge) => challenge.scheme === 'bearer' && challenge.parameters.has('realm'))
      const found = await credentials()
      if (bearer !== undefined) {
        await getToken(bearer, request, found)
        withCredentials = found !== undefined
        return true
      }
      const offered = challenges.some((challenge) => challenge.scheme === 'basic')
      if (!offered || found === undefined || !('username' in found)) return false
      // Another request may have been challenged meanwhile; this one went without.
      if (basic !== undefined) return request.sent !== basic
      basic = basicHeader(found)
      withCredentials = true
      return true
    },
    authenticated: () => withCredentials,
    secrets: () => secrets
  }
}

const basicHeader = (credentials: { readonly username: string; readonly password: string }): string =>
  `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`

const secretsOf = (credentials: Credentials): readonly string[] =>
  'identityToken' in credentials
    ? [credentials.identityToken]
    : [credentials.password, basicHeader(credentials).slice('Basic '.length)]

/** Distribution's token authentication, and its OAuth2 form for refresh tokens. */
async function fetchToken(
  init: AuthenticatorInit,
  challenge: Challenge,
  request: ScopedRequest,
  credentials: Credentials | undefined
): Promise<Token> {
  const url = realmOf(init, challenge, request, credentials !== undefined)
  const parameters = new URLSearchParams()
  const service = challenge.parameters.get('service')
  if (service !== undefined) parameters.set('service', service)
  const scopes = new Set(
    [...request.scopes, ...(challenge.parameters.get('scope')?.split(' ') ?? [])].filter((scope) => scope !== '')
  )
  const response = await sendTokenRequest(init, url, { parameters, scopes, credentials, signal: request.signal })
  if (response.status !== 200) throw await tokenError(request, response, credentials !== undefined)
  return readToken(init, await readBody(response, jsonLimits.token.maxBytes, 'the answer of the token server'))
}

function realmOf(init: AuthenticatorInit, challenge: Challenge, request: ScopedRequest, hasCredentials: boolean): URL {
  const realm = checkRealm({
    realm: challenge.parameters.get('realm') ?? '',
    registry: init.registry,
    plainHttp: !init.verify,
    hasCredentials,
    trustedHosts: init.trustedHosts
  })
  if (realm instanceof URL) return realm
  throw new EngineError(
    'unauthorized',
    `cannot log in to ${init.registry}${forWhat(request)}: ${cleanText(realm.refused)}`,
    {
      subject: { kind: 'registry', name: init.registry },
      hint: 'if that host is to be trusted with the credentials, name it as a trusted token host of this registry'
    }
  )
}

const forWhat = ({ subject }: ScopedRequest): string => (subject.repository === '' ? '' : ` for ${subject.repository}`)

interface TokenRequest {
  readonly parameters: URLSearchParams
  readonly scopes: ReadonlySet<string>
  readonly credentials: Credentials | undefined
  readonly signal: AbortSignal | undefined
}

async function sendTokenRequest(init: AuthenticatorInit, realm: URL, request: TokenRequest): Promise<HttpResponse> {
  const { parameters, scopes, credentials, signal } = request
  const common = { verify: init.verify, signal }
  try {
    if (credentials !== undefined && 'identityToken' in credentials) {
      const form = new URLSearchParams(parameters)
      form.set('grant_type', 'refresh_token')
      form.set('refresh_token', credentials.identityToken)
      form.set('client_id', 'runcible')
      form.set('scope', [...scopes].join(' '))
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      return await init.transport.send({
        ...common,
        method: 'POST',
        url: realm,
        headers,
        body: Buffer.from(form.toString())
      })
    }
    const url = new URL(realm)
    for (const [name, value] of parameters) url.searchParams.set(name, value)
    for (const scope of scopes) url.searchParams.append('scope', scope)
    if (credentials === undefined) return await init.transport.send({ ...common, method: 'GET', url })
    url.searchParams.set('account', credentials.username)
    return await init.transport.send({
      ...common,
      method: 'GET',
      url,
      headers: { authorization: basicHeader(credentials) }
    })
  } catch (error) {
    if (signal?.aborted === true || error instanceof EngineError) throw error
    throw new RetryableError(connectionError(realm.host, error))
  }
}

async function tokenError(request: ScopedRequest, response: HttpResponse, authenticated: boolean): Promise<Error> {
  const body = await readErrorBody(response)
  const limit = rateLimitOf(response)
  const status = response.status === 400 || response.status === 404 ? 401 : response.status
  const error = responseError(request.subject, { status, body, authenticated, limit })
  return status === 429 || status >= 500 ? new RetryableError(error, limit.retryAfter) : error
}

function readToken(init: AuthenticatorInit, body: Uint8Array): Token {
  const document = parseTokenDocument(body)
  const value = [document?.['token'], document?.['access_token']].find(
    (text) => typeof text === 'string' && text !== ''
  )
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
    const said = parseErrorBody(body)[0]?.message ?? ''
    throw new EngineError(
      'unavailable',
      `the token server of ${init.registry} gave no token${said === '' ? '' : `: ${cleanText(said)}`}`,
      {
        subject: { kind: 'registry', name: init.registry }
      }
    )
  }
  const seconds = document?.['expires_in']
  const lifetime = typeof seconds === 'number' && seconds > 0 ? Math.min(seconds, 3600) : 60
  // A tenth early, so that a token does not expire on its way.
  return { value, expires: performance.now() + lifetime * 900 }
}

function parseTokenDocument(body: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const document = parseJson(body, jsonLimits.token)
    return typeof document === 'object' && document !== null ? (document as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
