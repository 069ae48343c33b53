import { request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Answer {
  readonly status: number
  /** Names as sent. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** One request over a unix socket. */
export async function get(
  socketPath: string,
  path: string,
  options: { readonly method?: string } = {}
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const sent = request({ socketPath, path, method: options.method ?? 'GET', agent: false })
  sent.on('error', reject)
  sent.on('response', (response) => {
    const raw = response.rawHeaders
    const headers = new Map(raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as const] : [])))
    text(response).then((body) => resolve({ status: response.statusCode ?? 0, headers, body }), reject)
  })
  sent.end()
  return await promise
}

/** Sends bytes as they are and returns everything that comes until the server closes. */
export async function exchange(socketPath: string, bytes: string): Promise<string> {
  const socket = connect(socketPath)
  socket.on('error', () => socket.destroy())
  socket.end(bytes, 'latin1')
  return await text(socket)
}
