import type { Engine, Logger } from '@runcible/interface'
import { EngineError } from '@runcible/interface'
import { closeServer } from './http-server.ts'
import type { InjectedRequest, InjectedResponse } from './inject.ts'
import { type ApiLimits, defaultLimits } from './limits.ts'
import type { ListenTarget } from './listen/address.ts'
import { listenOnDescriptor } from './listen/inherited-socket.ts'
import { listenOnUnixSocket, type PublishedSocket } from './listen/unix-socket.ts'
import { createRouter, type Router } from './router.ts'
import { routes } from './routes/index.ts'

export interface ApiServerInit {
  /** Not disposed with the server. */
  readonly engine: Engine
  /** Of this program, for the `Server` header. */
  readonly version: string
  readonly logger?: Logger | undefined
  readonly limits?: Partial<ApiLimits>
}

/** The API of one engine. It can listen once, or not at all. */
export interface ApiServer extends AsyncDisposable {
  /** Answers a request without any connection. */
  inject(request: InjectedRequest): Promise<InjectedResponse>
  /**
   * Returns the path of the socket once clients can connect. `in-use` while another server answers there,
   * `permission-denied` where others could replace the socket, `unsupported` for TCP and abstract sockets.
   */
  listen(target: ListenTarget): Promise<string>
  /** Removes the socket, lets running requests finish for a while, ends the rest. Idempotent. */
  close(): Promise<void>
}

export function createApiServer({ engine, version, logger, limits }: ApiServerInit): ApiServer {
  const state: ServerState = { listening: undefined, socket: undefined, published: undefined, closed: undefined }
  const bounds = { ...defaultLimits, ...limits }
  const address = () => (state.socket === undefined ? undefined : `unix://${state.socket}`)
  const router = createRouter({ routes: routes(engine, address), version, limits: bounds, logger })
  const close = () => (state.closed ??= shutDown(router, state, bounds.closeTimeout))
  return {
    inject: (request) => inject(router, request),
    async listen(target) {
      if (state.listening !== undefined || state.closed !== undefined) {
        throw new EngineError('failed-precondition', 'this server was already made to listen')
      }
      return await (state.listening = listen(router, state, target))
    },
    close,
    [Symbol.asyncDispose]: close
  }
}

interface ServerState {
  listening: Promise<string> | undefined
  /** Path, once it listens. */
  socket: string | undefined
  published: PublishedSocket | undefined
  closed: Promise<void> | undefined
}

async function listen({ app, server }: Router, state: ServerState, target: ListenTarget): Promise<string> {
  await app.ready()
  if ('fd' in target) return (state.socket = await listenOnDescriptor(server, target.fd))
  state.published = await listenOnUnixSocket(server, target)
  return (state.socket = state.published.path)
}

async function shutDown({ app, server }: Router, state: ServerState, timeout: number): Promise<void> {
  await state.listening?.catch(() => undefined)
  await state.published?.unpublish()
  await closeServer(server, timeout)
  await app.close()
}

async function inject({ app }: Router, request: InjectedRequest): Promise<InjectedResponse> {
  const { method = 'GET', url, headers = {}, body } = request
  const response = await app.inject({
    method: method as 'GET',
    url,
    headers: { ...headers },
    ...(body === undefined ? {} : { payload: body })
  })
  const pairs = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as const)
  return { status: response.statusCode, headers: Object.fromEntries(pairs), body: response.body }
}
