import type { LogLine } from '@runcible/interface'
import { parseEntry, type K8sEntry } from './k8s-entry.ts'
import { LONGEST_LINE, type PhysicalLine } from './physical-lines.ts'

interface Pending {
  readonly time: bigint
  readonly parts: Buffer[]
  size: number
  /** Carries a character that was cut between two entries over to the next piece. */
  readonly decoder: TextDecoder
}

/**
 * Joins partial entries to lines. A line longer than 64 KiB comes in pieces: each but the last with `complete` false, all
 * with the time of the first.
 */
export const lineJoiner = () => {
  const pending = new Map<LogLine['stream'], Pending>()
  let cutFrom: K8sEntry | undefined

  const add = ({ stream, time, text, partial }: K8sEntry): LogLine | undefined => {
    const line = pending.get(stream) ?? { time, parts: [], size: 0, decoder: new TextDecoder() }
    // What is held must outlive the reader's buffer.
    line.parts.push(partial ? Buffer.from(text) : text)
    line.size += text.length
    if (partial && line.size < LONGEST_LINE) {
      pending.set(stream, line)
      return undefined
    }
    if (partial) pending.set(stream, { ...line, parts: [], size: 0 })
    else pending.delete(stream)
    return {
      stream,
      time: line.time,
      text: line.decoder.decode(Buffer.concat(line.parts), { stream: partial }),
      complete: !partial
    }
  }

  const take = ({ bytes, cut }: PhysicalLine): LogLine | undefined => {
    // The rest of a piece that was cut has no header of its own.
    const entry = cutFrom === undefined ? parseEntry(bytes) : { ...cutFrom, text: bytes }
    cutFrom = cut ? entry : undefined
    return entry === undefined ? undefined : add({ ...entry, partial: cut || entry.partial })
  }

  /** What is held of lines that their writer has not ended. */
  const flush = (): LogLine[] => {
    const lines = [...pending].map(([stream, { time, parts, decoder }]) => ({
      stream,
      time,
      text: decoder.decode(Buffer.concat(parts)),
      complete: false
    }))
    pending.clear()
    return lines
  }
  return { take, flush }
}
