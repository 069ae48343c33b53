import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { registryClient, type RegistryClient, type RegistryClientInit } from '../../src/index.ts'

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export interface Asked {
  /** `METHOD /path?query` */
  readonly line: string
  readonly authorization: string | undefined
}

export interface ScriptedServer extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly host: string
  readonly asked: Asked[]
}

/** An http server (https with `tls`) that answers by a function. */
export async function scriptedServer(
  answer: (line: string, request: IncomingMessage) => Answer,
  tls?: { readonly key: string; readonly cert: string }
): Promise<ScriptedServer> {
  const asked: Asked[] = []
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const line = `${request.method} ${request.url}`
    asked.push({ line, authorization: request.headers.authorization })
    request.resume().on('end', () => {
      const { status = 200, headers = {}, body = '' } = answer(line, request)
      response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body)
    })
  }
  const server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

/** A client that does not wait long. */
export const clientOf = (registry: string, init: Partial<RegistryClientInit> = {}): RegistryClient =>
  registryClient({ registry, retry: { firstDelay: 5, longestDelay: 20, attempts: 2, stallTimeout: 1000 }, ...init })
