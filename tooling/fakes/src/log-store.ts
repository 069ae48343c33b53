import { EventEmitter, once } from 'node:events'
import { EngineError, type LogLine, type LogStore, type LogTarget, type ReadLogRequest } from '@runcible/interface'

/** What a monitor writes at once: a line, or a part of one. */
export interface FakeLogEntry {
  readonly stream: 'stdout' | 'stderr'
  readonly text: Buffer
  readonly partial: boolean
  /** Nanoseconds since the epoch. */
  readonly time: bigint
}

/** What a log held until it was begun anew. */
interface Generation {
  readonly entries: FakeLogEntry[]
  next?: Generation
}

export interface FakeLogStore extends LogStore {
  /** Writes as a monitor does. */
  append(target: LogTarget, ...entries: readonly FakeLogEntry[]): void
  /** Begins the log anew. */
  rotate(target: LogTarget): void
}

const PIECE = 64 * 1024

const joiner = () => {
  const pending = new Map<string, { readonly time: bigint; readonly text: Buffer }>()
  return {
    add: ({ stream, text, partial, time }: FakeLogEntry): LogLine[] => {
      const before = pending.get(stream)
      const all = Buffer.concat([before?.text ?? Buffer.alloc(0), text])
      const since = before?.time ?? time
      const hold = partial && all.length < PIECE
      pending.set(stream, { time: since, text: hold ? all : Buffer.alloc(0) })
      if (!partial) pending.delete(stream)
      return hold ? [] : [{ stream, time: since, text: all.toString(), complete: !partial }]
    },
    rest: (): LogLine[] =>
      [...pending].map(([stream, { time, text }]) => ({
        stream: stream as LogLine['stream'],
        time,
        text: text.toString(),
        complete: false
      }))
  }
}

const passes = (line: LogLine, { since, until }: ReadLogRequest): boolean =>
  (since === undefined || line.time >= since) && (until === undefined || line.time <= until)

/** A `LogStore` in memory. */
export function fakeLogStore(): FakeLogStore {
  const logs = new Map<string, Generation>()
  const changes = new EventEmitter().setMaxListeners(0)
  const current = ({ path = '' }: LogTarget): Generation => {
    const generation = logs.get(path) ?? { entries: [] }
    logs.set(path, generation)
    return generation
  }

  async function* read(target: LogTarget, request: ReadLogRequest): AsyncGenerator<LogLine> {
    if (target.driver !== 'k8s-file')
      throw new EngineError('unsupported', `logs of the driver ${target.driver} cannot be read`)
    const { add, rest } = joiner()
    let generation = current(target)
    let position = generation.entries.length
    const past = generation.entries.slice(0, position).flatMap(add)
    const shown = request.follow === true ? past : [...past, ...rest()]
    const first = request.tail === undefined ? 0 : Math.max(0, shown.length - request.tail)
    yield* shown.slice(first).filter((line) => passes(line, request))
    if (request.follow !== true) return
    let over = request.signal?.aborted === true
    const end = () => {
      over = true
      changes.emit('change')
    }
    request.ended?.then(end, end)
    request.signal?.addEventListener('abort', end)
    const timer =
      request.until === undefined
        ? undefined
        : setTimeout(end, Math.max(0, Number(request.until / 1_000_000n) - Date.now()))
    for (;;) {
      const last = over
      for (; position < generation.entries.length; position++) {
        yield* generation.entries
          .slice(position, position + 1)
          .flatMap(add)
          .filter((line) => passes(line, request))
      }
      if (generation.next !== undefined) {
        generation = generation.next
        position = 0
      } else if (last) break
      else if (!over) await once(changes, 'change')
    }
    clearTimeout(timer)
    if (request.signal?.aborted !== true) yield* rest()
  }

  return {
    append: (target, ...entries) => {
      current(target).entries.push(...entries)
      changes.emit('change')
    },
    rotate: (target) => {
      const next: Generation = { entries: [] }
      current(target).next = next
      logs.set(target.path ?? '', next)
      changes.emit('change')
    },
    target: async (id, { driver, path = `/fake/${id}/ctr.log`, maxSize }) =>
      driver === 'none' || driver === 'passthrough' || driver === 'journald'
        ? { driver }
        : { driver: 'k8s-file', path, ...(maxSize === undefined ? {} : { maxSize }) },
    read: (target, request = {}) => read(target, request),
    remove: async ({ path = '' }) => {
      logs.delete(path)
    }
  }
}
