import type { Readable } from 'node:stream'
import { abortedError, timeoutError } from '../abort.ts'

/** What conmon answers: a process id, or what the runtime said when there is none. */
export type SyncAnswer = { readonly pid: number } | { readonly failure: string }

export interface SyncOptions {
  readonly step: string
  readonly deadline: number
  readonly signal?: AbortSignal | undefined
}

const ANSWER_LIMIT = 64 * 1024

const parseAnswer = (line: string): SyncAnswer => {
  try {
    const { data, message } = JSON.parse(line) as { data?: unknown; message?: unknown }
    if (typeof data === 'number' && data >= 0) return { pid: data }
    return { failure: typeof message === 'string' ? message : '' }
  } catch {
    return { failure: line }
  }
}

/**
 * The first line of a pipe of conmon; undefined when conmon closed it without one. The pipe is given up afterwards.
 * conmon ends each answer with a newline.
 */
export const readAnswer = (
  pipe: Readable,
  { step, deadline, signal }: SyncOptions
): Promise<SyncAnswer | undefined> => {
  const { promise, resolve, reject } = Promise.withResolvers<SyncAnswer | undefined>()
  let text = ''
  pipe.setEncoding('utf8')
  pipe.on('data', (chunk: string) => {
    text += chunk
    const end = text.indexOf('\n')
    if (end !== -1 || text.length > ANSWER_LIMIT) resolve(parseAnswer(end === -1 ? text : text.slice(0, end)))
  })
  pipe.once('end', () => resolve(undefined))
  pipe.once('error', reject)
  const timer = setTimeout(() => reject(timeoutError(step, deadline)), deadline)
  const onAbort = () => reject(abortedError(step))
  if (signal?.aborted === true) onAbort()
  signal?.addEventListener('abort', onAbort, { once: true })
  return promise.finally(() => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
    pipe.destroy()
  })
}
