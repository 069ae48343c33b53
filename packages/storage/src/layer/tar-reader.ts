import { EngineError } from '@runcible/interface'
import type { TarEntry, TarEntryType } from './tar-entry.ts'
import { BLOCK, brokenArchive, parseHeader, type TarHeader } from './tar-header.ts'
import { parsePax, paxCount, paxTime, paxXattrs, type PaxRecords } from './tar-pax.ts'

/** Told of each member in the order of the archive: `entry`, then its `data` in pieces, then `end`. */
export interface TarHandler {
  entry(entry: TarEntry): void
  /** A piece of content; its memory is only good during the call. */
  data(chunk: Buffer): void
  end(): void
}

/** Takes an archive in pieces of any size. Everything is done before a call returns. */
export interface TarReader {
  write(chunk: Buffer): void
  /** The archive ends here: `corrupt` when it is cut off. */
  finish(): void
}

/** Longest pax header or GNU long name. */
const META_LIMIT = 1024 * 1024
/** Larger ids stand for "none" or overflow. */
const MAX_ID = 0xffff_fffe

const types: Readonly<Record<string, TarEntryType>> = {
  '0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo'
}

type Meta = 'x' | 'g' | 'L' | 'K'
const isMeta = (flag: string): flag is Meta => flag === 'x' || flag === 'g' || flag === 'L' || flag === 'K'

const untilNul = (data: Buffer): string => {
  const zero = data.indexOf(0)
  return data.toString('latin1', 0, zero === -1 ? data.length : zero)
}

const isZero = (bytes: Buffer): boolean => {
  for (let index = 0; index < bytes.length; index++) if (bytes[index] !== 0) return false
  return true
}

/** What extended headers say about the next member. */
interface Pending {
  pax: PaxRecords | undefined
  longName: string | undefined
  longLink: string | undefined
}

const checkedId = (id: number, field: string): number => {
  if (id < 0 || id > MAX_ID) throw new EngineError('invalid-argument', `the archive has a ${field} out of range: ${id}`)
  return id
}

const pathValue = (value: Buffer, field: string): string => {
  if (value.includes(0)) throw brokenArchive(`a pax ${field} contains a NUL byte`)
  return value.toString('latin1')
}

/** Keywords of a global header that say something about later members. */
const globalKeywords = ['path', 'linkpath', 'size', 'uid', 'gid', 'mtime']

/** The global records after one more header. What has no use is not kept: an archive may have headers without end. */
const mergedGlobals = (before: PaxRecords | undefined, added: PaxRecords): PaxRecords => {
  const merged = new Map(before)
  for (const keyword of globalKeywords) {
    const value = added.get(keyword)
    // A copy: the records share the memory of the whole header.
    if (value !== undefined) merged.set(keyword, Buffer.from(value))
  }
  return merged
}

const describe = (header: TarHeader, pending: Pending, globals: PaxRecords | undefined): TarEntry => {
  const get = (keyword: string): Buffer | undefined => {
    const value = pending.pax?.get(keyword) ?? globals?.get(keyword)
    return value === undefined || value.length === 0 ? undefined : value
  }
  const string = (keyword: string) => {
    const value = get(keyword)
    return value && pathValue(value, keyword)
  }
  const count = (keyword: string) => {
    const value = get(keyword)
    return value && paxCount(value, keyword)
  }
  if (pending.pax !== undefined && [...pending.pax.keys()].some((key) => key.startsWith('GNU.sparse.'))) {
    throw new EngineError('unsupported', 'the archive has a sparse file in GNU form')
  }
  const name = string('path') ?? pending.longName ?? header.name
  const known = Object.hasOwn(types, header.flag) ? types[header.flag] : undefined
  if (known === undefined) {
    throw new EngineError('unsupported', `the archive has a member of unknown type ${JSON.stringify(header.flag)}`)
  }
  // Before POSIX a directory was a file whose name ends in a slash.
  const type = known === 'file' && name.endsWith('/') ? 'directory' : known
  const size = count('size') ?? header.size
  if (size < 0) throw brokenArchive('a size is negative')
  if (type !== known && size > 0) throw brokenArchive('a directory has content')
  const mtime = get('mtime')
  return {
    type,
    name,
    linkName: string('linkpath') ?? pending.longLink ?? header.linkName,
    mode: header.mode,
    uid: checkedId(count('uid') ?? header.uid, 'uid'),
    gid: checkedId(count('gid') ?? header.gid, 'gid'),
    // Links and special files have no content, whatever a header says about their size.
    size: type === 'file' ? size : 0,
    mtimeNs: mtime === undefined ? BigInt(header.mtime) * 1_000_000_000n : paxTime(mtime),
    major: header.major,
    minor: header.minor,
    xattrs: pending.pax && paxXattrs(pending.pax)
  }
}

/** A parser of tar archives: ustar, pax with global headers, GNU long names and numbers, `SCHILY.xattr.*`. */
export const tarReader = (handler: TarHandler): TarReader => {
  const header = Buffer.alloc(BLOCK)
  let headerFill = 0
  let state: 'header' | 'data' | 'meta' | 'padding' | 'end' = 'header'
  let left = 0
  let padding = 0
  let zeroBlocks = 0
  let meta: Buffer = header
  let metaFill = 0
  let metaFlag: Meta = 'x'
  let globals: PaxRecords | undefined
  let pending: Pending = { pax: undefined, longName: undefined, longLink: undefined }

  const toPadding = () => {
    state = padding > 0 ? 'padding' : 'header'
  }
  const beginMeta = (flag: Meta, size: number) => {
    if (size < 0 || size > META_LIMIT) throw brokenArchive('an extended header is too large')
    metaFlag = flag
    meta = Buffer.allocUnsafe(size)
    metaFill = 0
    left = size
    padding = -size & (BLOCK - 1)
    state = 'meta'
    if (size === 0) endMeta()
  }
  const endMeta = () => {
    if (metaFlag === 'x') pending.pax = parsePax(meta)
    else if (metaFlag === 'g') globals = mergedGlobals(globals, parsePax(meta))
    else if (metaFlag === 'L') pending.longName = untilNul(meta)
    else pending.longLink = untilNul(meta)
    toPadding()
  }
  const block = (bytes: Buffer) => {
    if (bytes[0] === 0 && isZero(bytes)) {
      if (++zeroBlocks === 2) state = 'end'
      return
    }
    if (zeroBlocks > 0) throw brokenArchive('there is data after its end')
    const parsed = parseHeader(bytes)
    if (isMeta(parsed.flag)) return beginMeta(parsed.flag, parsed.size)
    const entry = describe(parsed, pending, globals)
    pending = { pax: undefined, longName: undefined, longLink: undefined }
    left = entry.size
    padding = -left & (BLOCK - 1)
    state = 'data'
    handler.entry(entry)
    if (left === 0) {
      handler.end()
      toPadding()
    }
  }
  const takeHeader = (chunk: Buffer, at: number): number => {
    if (headerFill === 0 && chunk.length - at >= BLOCK) {
      block(chunk.subarray(at, at + BLOCK))
      return at + BLOCK
    }
    const size = Math.min(BLOCK - headerFill, chunk.length - at)
    chunk.copy(header, headerFill, at, at + size)
    headerFill += size
    if (headerFill === BLOCK) {
      headerFill = 0
      block(header)
    }
    return at + size
  }
  const takeData = (chunk: Buffer, at: number): number => {
    const size = Math.min(left, chunk.length - at)
    handler.data(chunk.subarray(at, at + size))
    left -= size
    if (left === 0) {
      handler.end()
      toPadding()
    }
    return at + size
  }
  const takeMeta = (chunk: Buffer, at: number): number => {
    const size = Math.min(left, chunk.length - at)
    chunk.copy(meta, metaFill, at, at + size)
    metaFill += size
    left -= size
    if (left === 0) endMeta()
    return at + size
  }
  const takePadding = (chunk: Buffer, at: number): number => {
    const size = Math.min(padding, chunk.length - at)
    padding -= size
    if (padding === 0) state = 'header'
    return at + size
  }
  const takeEnd = (chunk: Buffer, at: number): number => {
    if (!isZero(chunk.subarray(at))) throw brokenArchive('there is data after its end')
    return chunk.length
  }
  const take = { header: takeHeader, data: takeData, meta: takeMeta, padding: takePadding, end: takeEnd }
  return {
    write(chunk) {
      for (let at = 0; at < chunk.length;) at = take[state](chunk, at)
    },
    finish() {
      const pendingMeta = pending.pax ?? pending.longName ?? pending.longLink
      const atBoundary = state === 'end' || (state === 'header' && headerFill === 0 && pendingMeta === undefined)
      if (!atBoundary) throw brokenArchive('it ends too early')
    }
  }
}
