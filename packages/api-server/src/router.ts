import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { apiVersions } from '@runcible/api-schema'
import { EngineError, type Logger } from '@runcible/interface'
import { failureOf, notFound } from './failure.ts'
import { dialects, familyOf } from './family.ts'
import type { Server } from 'node:http'
import { httpServer } from './http-server.ts'
import type { ApiLimits } from './limits.ts'
import type { ApiRequest, Route } from './routes/route.ts'

export interface RouterInit {
  readonly routes: readonly Route[]
  /** Of the server. */
  readonly version: string
  readonly limits: ApiLimits
  readonly logger: Logger | undefined
}

export interface Router {
  readonly app: FastifyInstance
  readonly server: Server
}

const versionPrefix = '/v:version(^[0-9][0-9A-Za-z.-]*$)'

/** Maps requests to routes, and whatever they return or throw to a response. */
export function createRouter(init: RouterInit): Router {
  const { limits, logger } = init
  let server: Server | undefined
  const app = fastify({
    bodyLimit: limits.bodyBytes,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 256 },
    frameworkErrors: (error, request, reply) => fail(error, request, reply, logger),
    serverFactory: (handler) => (server = httpServer(handler, limits))
  })
  app.setErrorHandler((error, request, reply) => fail(error, request, reply, logger))
  app.setNotFoundHandler((request, reply) => refuseUnknown(request, reply))
  addHooks(app, init)
  for (const route of init.routes) {
    for (const prefix of ['', versionPrefix]) mount(app, route, prefix)
  }
  if (server === undefined) throw new EngineError('internal', 'the HTTP server was not made')
  return { app, server }
}

function addHooks(app: FastifyInstance, { version, limits, logger }: RouterInit): void {
  const common = commonHeaders(version)
  let running = 0
  app.addHook('onRequest', async (request, reply) => {
    running++
    reply.raw.once('close', () => running--)
    // Names keep their case here, which the framework would lower.
    for (const [name, value] of Object.entries(common)) reply.raw.setHeader(name, value)
    if (request.is404) return refuseUnknown(request, reply)
    if (running > limits.requests) throw new EngineError('unavailable', 'too many requests at the same time')
    return undefined
  })
  app.addHook('onResponse', async (request, reply) => {
    const fields = { status: reply.statusCode, milliseconds: Math.round(reply.elapsedTime) }
    logger?.log('debug', `${request.method} ${request.url}`, fields)
    if (!app.server.listening) setImmediate(() => app.server.closeIdleConnections())
  })
}

function commonHeaders(version: string): Readonly<Record<string, string>> {
  return {
    'Api-Version': apiVersions.docker.current,
    'Docker-Experimental': 'false',
    'Libpod-API-Version': apiVersions.libpod.current,
    OSType: 'linux',
    Server: `Runcible/${version} (linux)`
  }
}

function mount(app: FastifyInstance, route: Route, prefix: string): void {
  app.route<{ Params: { readonly version?: string } }>({
    method: [...route.methods],
    url: `${prefix}${route.path}`,
    async handler(request, reply) {
      const { version } = request.params
      if (version !== undefined) dialects[route.family].checkVersion(version)
      const { body, headers = {} } = await route.answer(apiRequest(request, reply))
      for (const [name, value] of Object.entries(headers)) reply.raw.setHeader(name, value)
      return typeof body === 'string' ? reply.send(body) : sendJson(reply, body)
    }
  })
}

function apiRequest(request: FastifyRequest, reply: FastifyReply): ApiRequest {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  return {
    signal: gone.signal,
    query(name) {
      const value: unknown = (request.query as Readonly<Record<string, unknown>>)[name]
      const first: unknown = Array.isArray(value) ? value[0] : value
      return typeof first === 'string' ? first : undefined
    }
  }
}

/** As Go's encoder: no charset, a newline at the end. */
function sendJson(reply: FastifyReply, body: object): FastifyReply {
  reply.raw.setHeader('Content-Type', 'application/json')
  return reply.send(Buffer.from(`${JSON.stringify(body)}\n`))
}

function refuseUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // A body that nobody reads ends with the connection.
  if (!['GET', 'HEAD'].includes(request.method)) reply.raw.setHeader('Connection', 'close')
  return sendJson(reply.code(404), notFound(familyOf(request.url)))
}

function fail(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger | undefined): void {
  const { status, body, isOurs } = failureOf(error, familyOf(request.url))
  if (isOurs) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    logger?.log('error', `${request.method} ${request.url} failed`, { stack })
  }
  sendJson(reply.code(status), body)
}
