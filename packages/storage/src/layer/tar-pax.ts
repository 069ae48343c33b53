import { brokenArchive } from './tar-header.ts'

/** Values of a pax extended header by keyword, as bytes. An empty value takes back an earlier one. */
export type PaxRecords = ReadonlyMap<string, Buffer>

const NEWLINE = 10
const SPACE = 32
const EQUALS = 61
/** Digits of the longest record that the size limit of a header lets through. */
const LENGTH_DIGITS = 8

/**
 * Parses the content of a pax header: records `length keyword=value\n`, where length counts the whole record
 * (POSIX.1-2001, "pax Header Block"). Linear in its input.
 */
export const parsePax = (data: Buffer): PaxRecords => {
  const records = new Map<string, Buffer>()
  for (let at = 0; at < data.length;) {
    const length = recordLength(data, at)
    const end = at + length.value
    if (end > data.length || data[end - 1] !== NEWLINE) throw brokenArchive('a pax record has a wrong length')
    const equals = data.indexOf(EQUALS, length.end)
    if (equals <= length.end || equals >= end) throw brokenArchive('a pax record has no keyword')
    records.set(data.toString('latin1', length.end, equals), data.subarray(equals + 1, end - 1))
    at = end
  }
  return records
}

const recordLength = (data: Buffer, at: number): { readonly value: number; readonly end: number } => {
  let value = 0
  for (let index = at; index < at + LENGTH_DIGITS && index < data.length; index++) {
    const byte = data[index] ?? 0
    if (byte === SPACE && index > at) {
      if (value <= index + 1 - at) break
      return { value, end: index + 1 }
    }
    if (byte < 48 || byte > 57) break
    value = value * 10 + byte - 48
  }
  throw brokenArchive('a pax record has a wrong length')
}

/** A pax number that must be a whole, not negative one. */
export const paxCount = (value: Buffer, field: string): number => {
  const text = value.toString('latin1')
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(number)) throw brokenArchive(`pax ${field} is not a number in range`)
  return number
}

/** A pax time (seconds, perhaps with a fraction, perhaps negative) in nanoseconds. */
export const paxTime = (value: Buffer): bigint => {
  const match = /^(-?)(\d{1,12})(?:\.(\d{0,30}))?$/.exec(value.toString('latin1'))
  if (match === null) throw brokenArchive('a pax time is not a number in range')
  const [, sign, seconds = '0', fraction = ''] = match
  const nanoseconds = BigInt(seconds) * 1_000_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'))
  return sign === '-' ? -nanoseconds : nanoseconds
}

const XATTR_PREFIX = 'SCHILY.xattr.'

/** The extended attributes among the records, by name; `undefined` when there are none. */
export const paxXattrs = (records: PaxRecords): ReadonlyMap<string, Buffer> | undefined => {
  let found: Map<string, Buffer> | undefined
  for (const [keyword, value] of records) {
    if (!keyword.startsWith(XATTR_PREFIX)) continue
    found ??= new Map()
    // A copy: the records share the memory of the whole header.
    found.set(keyword.slice(XATTR_PREFIX.length), Buffer.from(value))
  }
  return found
}
