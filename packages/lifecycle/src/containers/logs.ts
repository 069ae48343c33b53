import type { LogLine, ReadLogRequest } from '@runcible/interface'
import { findContainer } from '../resolve-name.ts'
import type { Parts } from '../settings.ts'
import { waitForContainer } from './wait.ts'

/** Lines of a container's log; a follower ends with the container. */
export async function* readContainerLogs(
  parts: Pick<Parts, 'state' | 'runtime' | 'events' | 'logs'>,
  name: string,
  request: ReadLogRequest = {}
): AsyncGenerator<LogLine> {
  const record = findContainer(parts.state, name)
  if (!request.follow) return yield* parts.logs.read(record.config.log, request)
  const stop = new AbortController()
  const signal = request.signal ? AbortSignal.any([request.signal, stop.signal]) : stop.signal
  const ended = waitForContainer(parts, record.id, { signal }).catch(() => undefined)
  try {
    yield* parts.logs.read(record.config.log, { ...request, ended })
  } finally {
    stop.abort()
  }
}
