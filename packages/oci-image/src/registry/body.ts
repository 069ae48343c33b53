import { EngineError } from '@runcible/interface'
import type { HttpResponse } from './transport.ts'

/** The whole body, refused as soon as it is longer than `limit` bytes. */
export async function readBody(response: HttpResponse, limit: number, what: string): Promise<Buffer> {
  const announced = Number(response.header('content-length') ?? 0)
  if (announced > limit) {
    discard(response)
    throw tooLarge(what, limit)
  }
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > limit) throw tooLarge(what, limit)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length)
}

const tooLarge = (what: string, limit: number): EngineError =>
  new EngineError('corrupt', `${what} is larger than the limit of ${limit / 1024 / 1024} MiB`)

/** The start of an error's body. Never fails: a body that cannot be read says nothing. */
export async function readErrorBody(response: HttpResponse): Promise<string> {
  try {
    return (await readBody(response, 64 * 1024, 'the error')).toString('utf8')
  } catch {
    return ''
  }
}

/** Gives a body up that nobody wants to read. */
export function discard(response: HttpResponse): void {
  // The error that closing early causes has no reader.
  response.body.on('error', () => undefined)
  response.body.destroy()
}
