import { open, stat, type FileHandle } from 'node:fs/promises'
import type { LogLine, ReadLogRequest } from '@runcible/interface'
import { watchChanges, type Changes } from './changes.ts'
import { lineJoiner } from './line-joiner.ts'
import { lineSplitter, type PhysicalLine } from './physical-lines.ts'
import { findTail, type TailStart } from './tail.ts'

const CHUNK = 64 * 1024

/** One file at a path, while it may be cut short or replaced by another. */
interface OpenLog {
  readonly file: FileHandle
  position: number
  readonly split: (chunk: Buffer) => PhysicalLine[]
}

const openLog = async (path: string, position = 0): Promise<OpenLog | undefined> => {
  try {
    return { file: await open(path, 'r'), position, split: lineSplitter() }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** What the file holds beyond the position. */
async function* unread(log: OpenLog, buffer: Buffer): AsyncGenerator<PhysicalLine> {
  for (;;) {
    const { bytesRead } = await log.file.read(buffer, 0, buffer.length, log.position)
    if (bytesRead === 0) return
    log.position += bytesRead
    yield* log.split(buffer.subarray(0, bytesRead))
  }
}

/** Whether the path names another file by now, or the same one with less in it than was read. */
const isReplaced = async (log: OpenLog, path: string): Promise<boolean> => {
  const mine = await log.file.stat()
  if (mine.size < log.position) return true
  try {
    const current = await stat(path)
    return current.ino !== mine.ino || current.dev !== mine.dev
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return mine.nlink === 0
    throw error
  }
}

interface Follow {
  readonly changes: Changes
  /** No more will be written. */
  readonly isOver: () => boolean
}

/** Every line from `start` on, going over to the next file when the monitor begins a new one. */
async function* linesOf(
  path: string,
  tail: number | undefined,
  follow: Follow | undefined
): AsyncGenerator<PhysicalLine | TailStart> {
  const buffer = Buffer.allocUnsafe(CHUNK)
  let log = await openLog(path)
  try {
    if (log !== undefined && tail !== undefined) {
      const start = await findTail(log.file, (await log.file.stat()).size, tail)
      log.position = start.position
      yield start
    }
    for (;;) {
      // Asked before the last look, so that what was written until then is in it.
      const over = follow === undefined || follow.isOver()
      log ??= await openLog(path)
      if (log !== undefined) {
        const replaced = await isReplaced(log, path)
        yield* unread(log, buffer)
        if (replaced) {
          await log.file.close()
          log = undefined
          continue
        }
      }
      if (over) return
      await follow.changes.next()
    }
  } finally {
    await log?.file.close()
  }
}

const isStart = (item: PhysicalLine | TailStart): item is TailStart => 'skip' in item

async function* joined(lines: AsyncIterable<PhysicalLine | TailStart>): AsyncGenerator<LogLine> {
  const joiner = lineJoiner()
  let skip = 0
  for await (const item of lines) {
    if (isStart(item)) {
      skip = item.skip
      continue
    }
    const line = joiner.take(item)
    if (line === undefined) continue
    if (skip === 0) yield line
    else if (line.complete) skip -= 1
  }
  yield* joiner.flush()
}

const NANOSECONDS = 1_000_000n

/** Ends a follower at the end of the container, at `until`, and when the signal fires. */
const followUntil = (path: string, { ended, until, signal }: ReadLogRequest): Follow & Disposable => {
  const changes = watchChanges(path)
  let over = signal?.aborted === true
  const end = () => {
    over = true
    changes.wake()
  }
  ended?.then(end, end)
  signal?.addEventListener('abort', end, { once: true })
  const delay = until === undefined ? undefined : Number(until / NANOSECONDS) - Date.now()
  // A timer cannot be longer; whoever follows that long is past it.
  const timer = delay === undefined || delay > 0x7fff_ffff ? undefined : setTimeout(end, Math.max(0, delay))
  return {
    changes,
    isOver: () => over,
    [Symbol.dispose]: () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      changes[Symbol.dispose]()
    }
  }
}

/**
 * Lines of a k8s-file log. Memory is bounded whatever the file holds. A follower goes over to a file that replaces the
 * one it reads; of a log that is replaced twice between two looks, the one in between is gone.
 */
export async function* readK8sFile(path: string, request: ReadLogRequest): AsyncGenerator<LogLine> {
  const { since, until, tail, signal } = request
  using follow = request.follow === true ? followUntil(path, request) : undefined
  for await (const line of joined(linesOf(path, tail, follow))) {
    if (signal?.aborted === true) return
    if ((since === undefined || line.time >= since) && (until === undefined || line.time <= until)) yield line
  }
}
