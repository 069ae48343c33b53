import type { Readable } from 'node:stream'
import type { Agent } from 'undici'
import { EngineError } from '@runcible/interface'
import type { TlsMaterial } from './certificates.ts'
import { hostName } from './realm.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>
  /** `false` takes any certificate. */
  readonly verify: boolean
  readonly signal?: AbortSignal | undefined
}

export interface HttpResponse {
  readonly url: URL
  readonly status: number
  header(name: string): string | undefined
  /** Every value of a header that may come several times. */
  headers(name: string): readonly string[]
  readonly body: Readable
}

/** Sends single requests: no redirects, no retries, no status is an error. Disposing it closes every connection. */
export interface Transport extends AsyncDisposable {
  send(request: HttpRequest): Promise<HttpResponse>
}

export interface TransportInit {
  readonly userAgent: string
  /** Milliseconds to connect. */
  readonly connectTimeout: number
  /** Milliseconds without a byte of an answer, or without its head. */
  readonly stallTimeout: number
  /** What TLS with a host (`host[:port]`) needs beside what the system trusts. */
  readonly tlsMaterial?: (host: string) => Promise<TlsMaterial>
  /** A unix socket that every request goes to, in place of the host of its URL. */
  readonly socketPath?: string
}

/** A transport over undici, which is loaded by the first request. */
export function httpTransport(init: TransportInit): Transport {
  const agents = new Map<string, Promise<Agent>>()
  const agentFor = (request: HttpRequest): Promise<Agent> => {
    const key = request.url.protocol === 'http:' ? 'http:' : `${request.verify}:${request.url.host}`
    const proxied = init.socketPath === undefined && usesProxy(request.url)
    const name = `${proxied}:${key}`
    const known = agents.get(name) ?? openAgent(init, request, proxied)
    agents.set(name, known)
    return known
  }
  return {
    async send(request) {
      const { default: send } = await import('undici/lib/api/api-request.js')
      const { origin, pathname, search } = request.url
      const { statusCode, headers, body } = await send.call(await agentFor(request), {
        origin,
        path: `${pathname}${search}`,
        method: request.method,
        headers: { 'user-agent': init.userAgent, ...request.headers },
        body: await requestBody(request.body),
        // Not left to the agent: the one for proxies does not pass its time limits on.
        headersTimeout: init.stallTimeout,
        bodyTimeout: init.stallTimeout,
        ...(request.signal === undefined ? {} : { signal: request.signal })
      })
      const all = (name: string): readonly string[] => {
        const value = headers[name]
        return value === undefined ? [] : typeof value === 'string' ? [value] : value
      }
      return { url: request.url, status: statusCode, header: (name) => all(name)[0], headers: all, body }
    },
    async [Symbol.asyncDispose]() {
      const open = await Promise.allSettled(agents.values())
      agents.clear()
      await Promise.allSettled(open.map((agent) => (agent.status === 'fulfilled' ? agent.value.destroy() : undefined)))
    }
  }
}

async function requestBody(body: HttpRequest['body']): Promise<Readable | Uint8Array | null> {
  if (body === undefined || body instanceof Uint8Array) return body ?? null
  const { Readable } = await import('node:stream')
  return Readable.from(body, { objectMode: false })
}

async function openAgent(init: TransportInit, request: HttpRequest, proxied: boolean): Promise<Agent> {
  const connect = {
    timeout: init.connectTimeout,
    ...(init.socketPath === undefined ? {} : { socketPath: init.socketPath }),
    ...(request.url.protocol === 'https:'
      ? { secureContext: await secureContext(init, request), rejectUnauthorized: request.verify }
      : {})
  }
  if (!proxied) {
    const { default: Agent } = await import('undici/lib/dispatcher/agent.js')
    return new Agent({ connect })
  }
  // It calls what only the whole of undici gives to its parts.
  const { EnvHttpProxyAgent } = await import('undici')
  // The proxy agent differs from the plain one only in how it connects.
  return new EnvHttpProxyAgent({ connect, requestTls: connect }) as unknown as Agent
}

// Made once for all connections: reading the whole list of authorities for each of them costs more than the handshake.
async function secureContext(init: TransportInit, { url, verify }: HttpRequest) {
  const tls = await import('node:tls')
  const { authorities = [], identities = [] } = (await init.tlsMaterial?.(url.host)) ?? {}
  // Of several keys of one kind OpenSSL keeps the last: the first by name is to win.
  const own = identities.toReversed()
  // The authorities that the system trusts, as for every Go program; Node's own list where the system has none.
  const trusted = () => {
    const system = tls.getCACertificates('system')
    return [...(system.length > 0 ? system : tls.getCACertificates('default')), ...authorities]
  }
  try {
    return tls.createSecureContext({
      // Without a list Node would read its own, for a certificate that nobody looks at.
      ca: verify ? trusted() : [],
      ...(own.length === 0
        ? {}
        : { cert: own.map(({ certificate }) => certificate), key: own.map(({ key }) => ({ pem: key })) })
    })
  } catch (cause) {
    // OpenSSL's words name no file; they hold no secret either.
    throw new EngineError(
      'invalid-argument',
      `the certificates for ${url.host} cannot be used: ${(cause as Error).message}`,
      {
        subject: { kind: 'registry', name: url.host },
        hint: 'look into the directories of certificates (certs.d, --cert-dir): all files must be PEM, each key that of its certificate',
        cause
      }
    )
  }
}

// As Go's ProxyFromEnvironment, which Podman uses: this host itself is never reached through a proxy.
function usesProxy(url: URL): boolean {
  const host = hostName(url.host)
  if (host === 'localhost' || host === '::1' || /^127\./.test(host)) return false
  const names = url.protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy']
  return names.some((name) => (process.env[name] ?? '') !== '')
}
