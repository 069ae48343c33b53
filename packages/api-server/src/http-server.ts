import { createServer, type RequestListener, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ApiLimits } from './limits.ts'

/** An HTTP server with the given limits, which answers broken requests with JSON too. */
export function httpServer(handler: RequestListener, limits: ApiLimits): Server {
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeout,
      requestTimeout: limits.requestTimeout,
      keepAliveTimeout: limits.keepAliveTimeout,
      connectionsCheckingInterval: Math.min(5000, limits.headersTimeout)
    },
    handler
  )
  server.maxConnections = limits.connections
  server.on('clientError', answerBrokenRequest)
  server.on('checkExpectation', (_request, response) => {
    response.statusCode = 417
    response.setHeader('Content-Type', 'application/json').setHeader('Connection', 'close')
    response.end('{"message":"the only expectation that can be met is 100-continue"}\n')
  })
  return server
}

const brokenRequests: Readonly<Record<string, readonly [status: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'the request line and headers are too long'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request took too long']
}

function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const [status, message] = brokenRequests[error.code ?? ''] ?? ['400 Bad Request', 'the request is not HTTP']
  const body = `${JSON.stringify({ message })}\n`
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  )
}

/** Stops accepting, lets running requests finish, and after `timeout` milliseconds ends what is left. */
export async function closeServer(server: Server, timeout: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const end = setTimeout(() => server.closeAllConnections(), timeout)
  server.close(() => resolve())
  server.closeIdleConnections()
  await promise
  clearTimeout(end)
}
