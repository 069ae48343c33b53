import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { EngineError, type LogLine, type LogTarget, type ReadLogRequest } from '@runcible/interface'

export interface JournalInit {
  /** Program that reads the journal. */
  readonly journalctl: string
  /** Socket that is there when a journal is kept. */
  readonly socket: string
}

export const defaultJournal: JournalInit = { journalctl: 'journalctl', socket: '/run/systemd/journal/socket' }

/** @throws EngineError `unavailable` when this host keeps no journal */
export const requireJournal = ({ socket }: JournalInit): void => {
  if (existsSync(socket)) return
  throw new EngineError('unavailable', 'systemd-journald does not run on this host', {
    subject: { kind: 'host', name: 'journald' },
    hint: 'use the k8s-file log driver'
  })
}

/** Priorities that conmon gives the two streams. */
const STDERR = '3'
const MICROSECONDS = 1_000_000n

const secondsOf = (nanoseconds: bigint): string => {
  const microseconds = nanoseconds / 1000n
  return `@${microseconds / MICROSECONDS}.${`${microseconds % MICROSECONDS}`.padStart(6, '0')}`
}

const argsOf = ({ id, tag }: LogTarget, { follow, since, until, tail }: ReadLogRequest): string[] => [
  '--quiet',
  '--no-pager',
  '--output=json',
  '--output-fields=MESSAGE,PRIORITY,CONTAINER_PARTIAL_MESSAGE,__REALTIME_TIMESTAMP',
  ...(follow === true ? ['--follow', ...(tail === undefined ? ['--no-tail'] : [])] : []),
  ...(tail === undefined ? [] : [`--lines=${tail}`]),
  ...(since === undefined ? [] : [`--since=${secondsOf(since)}`]),
  ...(until === undefined ? [] : [`--until=${secondsOf(until)}`]),
  id === undefined ? `CONTAINER_TAG=${tag ?? ''}` : `CONTAINER_ID_FULL=${id}`
]

/** A message that is not UTF-8 comes as a list of bytes, one that is too large as null. */
const textOf = (message: unknown): string => {
  if (typeof message === 'string') return message
  return Array.isArray(message) ? Buffer.from(message as number[]).toString('utf8') : ''
}

const parseJournalEntry = (json: string): LogLine | undefined => {
  try {
    const { MESSAGE, PRIORITY, CONTAINER_PARTIAL_MESSAGE, __REALTIME_TIMESTAMP } = JSON.parse(json) as Record<
      string,
      unknown
    >
    return {
      stream: PRIORITY === STDERR ? 'stderr' : 'stdout',
      time: BigInt(String(__REALTIME_TIMESTAMP)) * 1000n,
      text: textOf(MESSAGE),
      complete: CONTAINER_PARTIAL_MESSAGE !== 'true'
    }
  } catch {
    return undefined
  }
}

/** Lines of a container in the system's journal. Parts of a long line come as they were stored, without being joined. */
export async function* readJournal(
  init: JournalInit,
  target: LogTarget,
  request: ReadLogRequest
): AsyncGenerator<LogLine> {
  requireJournal(init)
  if (request.signal?.aborted === true) return
  const child = spawn(init.journalctl, argsOf(target, request), { stdio: ['ignore', 'pipe', 'ignore'] })
  const failed = new Promise<never>((_resolve, reject) =>
    child.once('error', (error) =>
      reject(new EngineError('unavailable', `${init.journalctl} cannot be started: ${error.message}`, { cause: error }))
    )
  )
  failed.catch(() => undefined)
  const stop = () => child.kill('SIGTERM')
  request.signal?.addEventListener('abort', stop, { once: true })
  request.ended?.then(stop, stop)
  try {
    for await (const json of createInterface({ input: child.stdout })) {
      const line = parseJournalEntry(json)
      if (line !== undefined) yield line
    }
    if (child.pid === undefined) await failed
  } finally {
    request.signal?.removeEventListener('abort', stop)
    stop()
  }
}
