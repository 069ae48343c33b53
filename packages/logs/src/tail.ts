import type { FileHandle } from 'node:fs/promises'
import type { LogLine } from '@runcible/interface'
import { parseEntry } from './k8s-entry.ts'
import { LONGEST_LINE } from './physical-lines.ts'

const CHUNK = 64 * 1024

/** From where to read, and how many of the lines found there come before the ones that are wanted. */
export interface TailStart {
  readonly position: number
  readonly skip: number
}

/** The lines of a file from its end to its beginning, each with its position. Bounded as `lineSplitter` is. */
async function* linesBackwards(
  file: FileHandle,
  size: number
): AsyncGenerator<{ readonly at: number; readonly bytes: Buffer }> {
  let rest: Buffer = Buffer.alloc(0)
  let first = true
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - CHUNK)
    const buffer = Buffer.alloc(end - start)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start)
    let data = Buffer.concat([buffer.subarray(0, bytesRead), rest])
    for (let newline = data.lastIndexOf(10); newline !== -1; newline = data.lastIndexOf(10)) {
      const bytes = data.subarray(newline + 1)
      // The file ends with a newline: what is behind it is no line.
      if (!first || bytes.length > 0) yield { at: start + newline + 1, bytes }
      first = false
      data = data.subarray(0, newline)
    }
    // Of an overlong line only the beginning matters, which is where the header is.
    rest = data.subarray(0, LONGEST_LINE)
    end = start
  }
  if (rest.length > 0) yield { at: 0, bytes: rest }
}

/**
 * Finds the last `count` lines, reading no more of the file than they take. Streams interleave, so it goes on back to
 * where each of them has its beginning.
 */
export const findTail = async (file: FileHandle, size: number, count: number): Promise<TailStart> => {
  if (count <= 0) return { position: size, skip: 0 }
  let [found, skip, position] = [0, 0, size]
  const seen = new Set<LogLine['stream']>()
  /** Streams whose first wanted line may begin further back. */
  const open = new Set<LogLine['stream']>()
  for await (const { at, bytes } of linesBackwards(file, size)) {
    const entry = parseEntry(bytes)
    if (entry === undefined) continue
    const { stream, partial } = entry
    const ends = !partial || !seen.has(stream)
    seen.add(stream)
    if (ends && found < count) {
      found += 1
      open.add(stream)
    } else if (ends) {
      open.delete(stream)
      if (open.size === 0) return { position, skip }
      skip += 1
    }
    position = at
  }
  return { position: 0, skip }
}
