import { EngineError } from '@runcible/interface'
import { readAt } from './read-file.ts'

/** A member of an archive: a file with its place, or a link to another member. */
export type TarMember =
  | { readonly kind: 'file'; readonly offset: number; readonly size: number }
  | { readonly kind: 'link'; readonly target: string }

const block = 512
const windowSize = 32 * block
// Image archives have some members for each layer.
const mostMembers = 100_000
const longestRecord = 1024 * 1024
// What says which images there are: of two, one reader would take the first and another the last.
const documents: ReadonlySet<string> = new Set(['manifest.json', 'index.json', 'oci-layout', 'repositories'])

/**
 * The members of the tar archive in an open file, by name, without reading their contents. ustar, pax and GNU forms. Of
 * two members of one name the later counts, as when it is unpacked; of the documents there must be one.
 *
 * @throws EngineError `corrupt` for what is no tar archive, or a cut one.
 */
export async function indexTar(fd: number, size: number, place: string): Promise<ReadonlyMap<string, TarMember>> {
  const members = new Map<string, TarMember>()
  const broken = (what: string): EngineError =>
    new EngineError('corrupt', `${place} is not a whole tar archive: ${what}`, {
      subject: { kind: 'image', name: place }
    })
  const headerAt = windowOn(fd)
  let extra: Extra = {}
  for (let position = 0; position + block <= size;) {
    const header = await headerAt(position)
    if (header.every((byte) => byte === 0)) return members
    if (!sumIsRight(header)) throw broken(position === 0 ? 'it does not begin as one' : `bad header at ${position}`)
    const length = extra.size ?? readNumber(header, 124, 12)
    const offset = position + block
    const type = String.fromCharCode(header[156] ?? 0)
    if (!Number.isSafeInteger(length) || length < 0) throw broken(`bad size at ${position}`)
    const carriesData = !'123456'.includes(type)
    if (carriesData && offset + length > size) throw broken('it ends early')
    if ('xgLK'.includes(type)) {
      if (length > longestRecord) throw broken(`an extended header of ${length} bytes`)
      if (type !== 'g') extra = { ...extra, ...readExtra(type, await readAt(fd, offset, length)) }
    } else {
      const name = plainName(extra.path ?? headerName(header))
      const member = memberOf(type, { name, offset, length, target: extra.linkpath ?? text(header, 157, 100) })
      if (member !== undefined && name !== undefined) {
        if (members.has(name) && documents.has(name)) throw broken(`it has two files ${name}`)
        members.set(name, member)
      }
      if (members.size > mostMembers) throw broken(`more than ${mostMembers} members`)
      extra = {}
    }
    position = offset + (carriesData ? Math.ceil(length / block) * block : 0)
  }
  if (members.size === 0) throw broken('it is empty')
  return members
}

/** Blocks of a file, read a few at a time: headers of small members stand close together. */
function windowOn(fd: number): (position: number) => Promise<Buffer> {
  let start = 0
  let bytes: Buffer = Buffer.alloc(0)
  return async (position) => {
    if (position < start || position + block > start + bytes.length) {
      bytes = await readAt(fd, position, windowSize)
      start = position
    }
    return bytes.subarray(position - start, position - start + block)
  }
}

interface Extra {
  readonly path?: string
  readonly linkpath?: string
  readonly size?: number
}

interface Found {
  readonly name: string | undefined
  readonly offset: number
  readonly length: number
  readonly target: string
}

function memberOf(type: string, { name, offset, length, target }: Found): TarMember | undefined {
  if (name === undefined) return undefined
  if (type === '0' || type === '\0' || type === '7') return { kind: 'file', offset, size: length }
  if (type === '1') return linkTo(plainName(target))
  if (type === '2') return linkTo(plainName(target.startsWith('/') ? '..' : `${name}/../${target}`))
  return undefined
}

const linkTo = (target: string | undefined): TarMember | undefined =>
  target === undefined ? undefined : { kind: 'link', target }

/** The name in its shortest form; `undefined` for one that is absolute or leads out of the archive. */
export function plainName(name: string): string | undefined {
  if (name.startsWith('/')) return undefined
  const parts: string[] = []
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return parts.length === 0 ? undefined : parts.join('/')
}

function text(header: Buffer, start: number, length: number): string {
  const field = header.subarray(start, start + length)
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end === -1 ? length : end)
}

function headerName(header: Buffer): string {
  const name = text(header, 0, 100)
  const prefix = text(header, 257, 6) === 'ustar' ? text(header, 345, 155) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

// Octal digits; larger numbers in base 256, marked by the highest bit (GNU).
function readNumber(header: Buffer, start: number, length: number): number {
  if ((header[start] ?? 0) < 0x80) {
    const digits = text(header, start, length).trim()
    return digits === '' ? 0 : /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN
  }
  return header.subarray(start + 1, start + length).reduce((value, byte) => value * 256 + byte, 0)
}

function sumIsRight(header: Buffer): boolean {
  const stated = readNumber(header, 148, 8)
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0)
  return sum === stated
}

function readExtra(type: string, bytes: Buffer): Extra {
  if (type === 'L') return { path: text(bytes, 0, bytes.length) }
  if (type === 'K') return { linkpath: text(bytes, 0, bytes.length) }
  const found: { path?: string; linkpath?: string; size?: number } = {}
  for (let position = 0; position < bytes.length;) {
    const space = bytes.indexOf(32, position)
    const length = space === -1 ? 0 : Number(bytes.toString('latin1', position, space))
    if (!Number.isInteger(length) || length <= space - position) break
    const record = bytes.toString('utf8', space + 1, position + length - 1)
    const equals = record.indexOf('=')
    const [key, value] = [record.slice(0, equals), record.slice(equals + 1)]
    if (key === 'path' || key === 'linkpath') found[key] = value
    if (key === 'size') found.size = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN
    position += length
  }
  return found
}
