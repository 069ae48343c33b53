import { watch, type FSWatcher } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { EngineError, type EngineEvent, type EventBus, type SubscribeRequest } from '@runcible/interface'
import { withDatabaseErrors } from './database.ts'
import { matchesFilters } from './event-filters.ts'

/** How long a subscriber sleeps at most, should the kernel lose a notification. */
const recheckInterval = 1000
const nanosecondsPerMillisecond = 1_000_000n

const origin = BigInt(Date.now()) * nanosecondsPerMillisecond - process.hrtime.bigint()

/**
 * The wall clock, finer than Date's milliseconds, and never going back within a process. Not by `performance`, which
 * takes longer to load than an event to write.
 */
const now = () => origin + process.hrtime.bigint()

/** Events as rows; written in the caller's transaction, seen by every process on the same database. */
export function eventLog(database: DatabaseSync, path: string): EventBus {
  return {
    publish(event) {
      const time = now()
      const attributes = event.attributes ?? {}
      const { lastInsertRowid } = withDatabaseErrors(path, () =>
        database
          .prepare('INSERT INTO events (time, type, action, id, name, attributes) VALUES (?, ?, ?, ?, ?, ?)')
          .run(time, event.type, event.action, event.id, event.name, JSON.stringify(attributes))
      )
      return { ...event, attributes, time, sequence: Number(lastInsertRowid) }
    },
    subscribe: (request = {}) => subscription(database, path, request)
  }
}

async function* subscription(
  database: DatabaseSync,
  path: string,
  request: SubscribeRequest
): AsyncGenerator<EngineEvent> {
  const { since, until, filters = {}, signal } = request
  const after = database.prepare('SELECT * FROM events WHERE sequence > ? ORDER BY sequence LIMIT 1000')
  after.setReadBigInts(true)
  let position = firstPosition(database, since)
  using changes = databaseChanges(path)

  for (;;) {
    // A closed state has no more events to give.
    if (!database.isOpen) return
    const rows = withDatabaseErrors(path, () => after.all(position))
    for (const row of rows) {
      const event = fromRow(row)
      position = event.sequence
      if (until !== undefined && event.time > until) return
      if (matchesFilters(event, filters)) yield event
      if (signal?.aborted) return
    }
    if (signal?.aborted || (until !== undefined && now() >= until)) return
    if (rows.length === 0) await changes.next(millisecondsUntil(until), signal)
  }
}

/** The sequence number after which a subscription begins. */
function firstPosition(database: DatabaseSync, since: bigint | undefined): number {
  const row =
    since === undefined
      ? database.prepare('SELECT max(sequence) AS last FROM events').get()
      : database.prepare('SELECT max(sequence) AS last FROM events WHERE time < ?').get(since)
  return Number(row?.['last'] ?? 0)
}

function millisecondsUntil(until: bigint | undefined): number {
  if (until === undefined) return recheckInterval
  return Math.min(recheckInterval, Math.max(1, Number((until - now()) / nanosecondsPerMillisecond) + 1))
}

function fromRow(row: Record<string, unknown>): EngineEvent {
  return {
    sequence: Number(row['sequence']),
    time: row['time'] as bigint,
    type: row['type'] as EngineEvent['type'],
    action: row['action'] as string,
    id: row['id'] as string,
    name: row['name'] as string,
    attributes: JSON.parse(row['attributes'] as string) as Record<string, string>
  }
}

/** Tells when the database's files were written, by this process or another: every commit appends to the write-ahead log. */
function databaseChanges(
  path: string
): Disposable & { next(milliseconds: number, signal?: AbortSignal): Promise<void> } {
  let changed = false
  let wake: () => void = () => {}
  let watcher: FSWatcher | undefined
  try {
    watcher = watch(dirname(path), { persistent: false }, () => {
      changed = true
      wake()
    })
    watcher.on('error', () => watcher?.close())
  } catch (error) {
    // Out of inotify watches: the timer alone still delivers, only later.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC' && (error as NodeJS.ErrnoException).code !== 'EMFILE') {
      throw new EngineError('unavailable', `cannot watch ${dirname(path)}: ${(error as Error).message}`, {
        cause: error
      })
    }
  }
  return {
    async next(milliseconds, signal) {
      if (!changed && !signal?.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
          signal?.addEventListener('abort', wake, { once: true })
        })
        signal?.removeEventListener('abort', wake)
      }
      changed = false
      wake = () => {}
    },
    [Symbol.dispose]: () => watcher?.close()
  }
}
