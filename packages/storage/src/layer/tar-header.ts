import { EngineError } from '@runcible/interface'

export const BLOCK = 512

/** The fields of one 512-byte header block: POSIX.1-1988 ustar, GNU, or the older form without magic. */
export interface TarHeader {
  readonly name: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  /** Seconds since the epoch. */
  readonly mtime: number
  /** The type flag, as a character. */
  readonly flag: string
  readonly linkName: string
  readonly major: number
  readonly minor: number
}

const CHECKSUM_AT = 148
const CHECKSUM_END = 156
const SPACE = 32

export const brokenArchive = (problem: string): EngineError =>
  new EngineError('corrupt', `broken tar archive: ${problem}`)

const text = (block: Buffer, start: number, length: number): string => {
  const zero = block.indexOf(0, start)
  const end = zero === -1 || zero > start + length ? start + length : zero
  return block.toString('latin1', start, end)
}

/** GNU's extension for numbers that octal digits cannot hold: big-endian two's complement after a marker bit. */
const base256 = (block: Buffer, start: number, length: number, field: string): number => {
  const first = block[start] ?? 0
  let value = first === 0xff ? -1 : first & 0x7f
  if (first !== 0xff && first !== 0x80) throw brokenArchive(`${field} is too large`)
  for (let index = start + 1; index < start + length; index++) {
    value = value * 256 + (block[index] ?? 0)
    if (!Number.isSafeInteger(value)) throw brokenArchive(`${field} is too large`)
  }
  return value
}

/** A numeric field: octal digits between spaces and NULs, or base-256. Empty counts as zero. */
export const readNumber = (block: Buffer, start: number, length: number, field: string): number => {
  if (((block[start] ?? 0) & 0x80) !== 0) return base256(block, start, length, field)
  let index = start
  const end = start + length
  while (index < end && block[index] === SPACE) index++
  let value = 0
  for (; index < end; index++) {
    const byte = block[index] ?? 0
    if (byte === 0 || byte === SPACE) break
    if (byte < 48 || byte > 55) throw brokenArchive(`${field} is not a number`)
    value = value * 8 + byte - 48
  }
  return value
}

/** Both sums that archivers have written: of unsigned and of signed bytes. */
const checksumMatches = (block: Buffer): boolean => {
  let unsigned = 0
  let high = 0
  for (let index = 0; index < BLOCK; index++) {
    const byte = index >= CHECKSUM_AT && index < CHECKSUM_END ? SPACE : (block[index] ?? 0)
    unsigned += byte
    if (byte > 127) high++
  }
  const stored = readNumber(block, CHECKSUM_AT, 8, 'checksum')
  return stored === unsigned || stored === unsigned - 256 * high
}

/** The name's directory part: only POSIX archives keep one there, GNU's keep times. */
const prefixOf = (block: Buffer): string =>
  block.toString('latin1', 257, 263) === 'ustar\0' ? text(block, 345, 155) : ''

/**
 * Reads a header block.
 *
 * @throws EngineError `corrupt` when the checksum or a number is wrong
 */
export const parseHeader = (block: Buffer): TarHeader => {
  if (!checksumMatches(block)) throw brokenArchive('the checksum of a header does not match')
  const name = text(block, 0, 100)
  const prefix = prefixOf(block)
  const flag = block[156] ?? 0
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    mode: readNumber(block, 100, 8, 'mode') & 0o7777,
    uid: readNumber(block, 108, 8, 'uid'),
    gid: readNumber(block, 116, 8, 'gid'),
    size: readNumber(block, 124, 12, 'size'),
    mtime: readNumber(block, 136, 12, 'mtime'),
    flag: flag === 0 ? '0' : String.fromCharCode(flag),
    linkName: text(block, 157, 100),
    major: flag === 51 || flag === 52 ? readNumber(block, 329, 8, 'device major') : 0,
    minor: flag === 51 || flag === 52 ? readNumber(block, 337, 8, 'device minor') : 0
  }
}
