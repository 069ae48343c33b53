import { closeSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What the times of directories are to be once nothing is written into them any more. A list, kept in a file where it
 * gets long: a layer may have millions of directories with long names.
 */
export interface DirectoryTimes {
  /** `path` has bytes as Latin-1 characters. A later time for the same path wins. */
  add(path: string, mtimeNs: bigint): void
  /** In the order of `add`. */
  list(): Iterable<readonly [path: string, mtimeNs: bigint]>
  close(): void
}

/** Bytes kept in memory. */
const MEMORY = 1024 * 1024
/** Length of the path, and the time. */
const HEAD = 12

export const directoryTimes = (tmp: string): DirectoryTimes => {
  let buffer = Buffer.allocUnsafe(16 * 1024)
  let used = 0
  let file: number | undefined

  const openFile = (): number => {
    mkdirSync(tmp, { recursive: true, mode: 0o700 })
    const directory = mkdtempSync(join(tmp, 'times-'))
    try {
      return openSync(join(directory, 'list'), 'wx+', 0o600)
    } finally {
      // Without a name it goes with this process.
      rmSync(directory, { recursive: true })
    }
  }
  const spill = () => {
    file ??= openFile()
    for (let at = 0; at < used;) at += writeSync(file, buffer, at, used - at)
    used = 0
  }
  const makeRoom = (size: number) => {
    if (used + size <= buffer.length) return
    if (used + size > MEMORY) spill()
    if (used + size <= buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(Math.min(buffer.length * 4, MEMORY), used + size))
    buffer.copy(larger, 0, 0, used)
    buffer = larger
  }
  return {
    add(path, mtimeNs) {
      makeRoom(HEAD + path.length)
      buffer.writeUInt32LE(path.length, used)
      buffer.writeBigInt64LE(BigInt.asIntN(64, mtimeNs), used + 4)
      buffer.write(path, used + HEAD, 'latin1')
      used += HEAD + path.length
    },
    *list() {
      if (file !== undefined) {
        spill()
        yield* recordsIn(file)
      }
      yield* parse(buffer.subarray(0, used)).records
    },
    close: () => {
      if (file !== undefined) closeSync(file)
      file = undefined
    }
  }
}

type TimeRecord = readonly [path: string, mtimeNs: bigint]

function* recordsIn(file: number): Generator<TimeRecord> {
  let position = 0
  for (let size = MEMORY; ;) {
    const bytes = Buffer.allocUnsafe(size)
    const filled = readSync(file, bytes, 0, size, position)
    if (filled === 0) return
    const { records, end } = parse(bytes.subarray(0, filled))
    yield* records
    position += end
    // A single record may be longer than what was read.
    size = end === 0 ? size * 2 : MEMORY
  }
}

/** The whole records at the beginning, and where they end. */
function parse(bytes: Buffer): { readonly records: readonly TimeRecord[]; readonly end: number } {
  const records: TimeRecord[] = []
  let at = 0
  while (at + HEAD <= bytes.length) {
    const end = at + HEAD + bytes.readUInt32LE(at)
    if (end > bytes.length) break
    records.push([bytes.toString('latin1', at + HEAD, end), bytes.readBigInt64LE(at + 4)])
    at = end
  }
  return { records, end: at }
}
