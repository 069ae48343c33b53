import { EngineError, isEngineError } from '@runcible/interface'
import { errorCode, openFlags, pathBelow, type FileCalls, type FileStatus } from '@runcible/linux'
import { closeSync, read } from 'node:fs'
import { throwIfAborted } from '../errors.ts'
import { readXattrs } from './attributes.ts'
import { OPEN_DIRECTORY } from './directory-tree.ts'
import { namesLeftIn } from './names-in.ts'
import { fileName, type TarEntry, type TarEntryType } from './tar-entry.ts'
import { tarHeader, tarPadding } from './tar-writer.ts'
import { join } from './tree-path.ts'

const READ = openFlags(['read', 'nofollow', 'nonblock', 'notty'])
const CHUNK = 256 * 1024

/** Reads on the thread pool: a slow disk does not stop the event loop. */
const readChunk = (fd: number, buffer: Buffer): Promise<number> =>
  new Promise((resolve, reject) => {
    read(fd, buffer, 0, buffer.length, null, (error, size) => (error === null ? resolve(size) : reject(error)))
  })

/** Writes members of an archive from open directories. One packer per archive: it knows the hard links so far. */
export interface Packer {
  /**
   * The member `name`, from `entry` of the open directory `parent`: its header and its content. Sockets give
   * nothing. Returns whether it is a directory.
   */
  member(parent: number, entry: string, name: string): AsyncGenerator<Uint8Array, boolean>
  /** The same, whatever the name becomes under way; nothing for one that is gone. */
  present(parent: number, entry: string, name: string): AsyncGenerator<Uint8Array, boolean>
  /** An open regular file under `name`. */
  opened(fd: number, name: string): AsyncGenerator<Uint8Array>
  /** The same with everything below it, in the order of the names' bytes. */
  tree(parent: number, entry: string, name: string): AsyncGenerator<Uint8Array>
  /** Everything in the open directory, with names that begin with `prefix`. */
  content(directory: number, prefix: string): AsyncGenerator<Uint8Array>
}

export interface PackerInit {
  readonly fs: FileCalls
  /** Leaves out names that would be whiteouts in a layer: nothing else can stand for such a file there. */
  readonly forLayer?: boolean
  readonly signal?: AbortSignal | undefined
}

const types: Readonly<Partial<Record<FileStatus['type'], TarEntryType>>> = {
  file: 'file',
  directory: 'directory',
  symlink: 'symlink',
  character: 'character',
  block: 'block',
  fifo: 'fifo'
}

const byteOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The names in a directory that a layer can have, in their order. */
export const layerNames = (directory: number): string[] =>
  namesLeftIn(directory)
    .filter((name) => !name.startsWith('.wh.'))
    .toSorted(byteOrder)

export const packer = ({ fs, signal, forLayer = false }: PackerInit): Packer => {
  // Names of files that have several, by device and inode.
  const linked = new Map<string, string>()

  const describe = (status: FileStatus, type: TarEntryType, name: string): TarEntry => ({
    type,
    name: type === 'directory' ? `${name}/` : name,
    linkName: '',
    mode: status.mode,
    uid: status.uid,
    gid: status.gid,
    size: type === 'file' ? status.size : 0,
    mtimeNs: status.mtimeNs,
    major: status.special.major,
    minor: status.special.minor,
    xattrs: undefined
  })
  const linkId = ({ device, ino, nlink, type }: FileStatus): string | undefined =>
    nlink < 2 || type === 'directory' ? undefined : `${device.major}:${device.minor}:${ino}`
  /** Called when the member is sure to be written: others may then be links to it. */
  const remember = (status: FileStatus, name: string): void => {
    const id = linkId(status)
    if (id !== undefined && !linked.has(id)) linked.set(id, name)
  }
  /** Exactly `size` bytes, as the header promised: a file that shrinks is filled with zeros, growth is left out. */
  async function* fileContent(fd: number, size: number): AsyncGenerator<Uint8Array> {
    for (let left = size; left > 0;) {
      throwIfAborted(signal, 'packing files')
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK, left))
      const bytesRead = await readChunk(fd, buffer)
      const chunk = bytesRead === 0 ? buffer.fill(0) : buffer.subarray(0, bytesRead)
      left -= chunk.length
      yield chunk
    }
    if (size % 512 !== 0) yield tarPadding(size)
  }
  async function* opened(fd: number, name: string): AsyncGenerator<Uint8Array> {
    const status = fs.statAt(fs.cwd, `/proc/self/fd/${fd}`, { follow: true })
    // What was opened need not be what had the name a moment ago.
    if (status.type !== 'file') throw changed(name)
    const header = tarHeader({ ...describe(status, 'file', name), xattrs: readXattrs(fs, fd) })
    remember(status, name)
    yield header
    yield* fileContent(fd, status.size)
  }
  async function* file(parent: number, entry: string, name: string): AsyncGenerator<Uint8Array> {
    const fd = fs.openAt(parent, fileName(entry), READ)
    try {
      yield* opened(fd, name)
    } finally {
      closeSync(fd)
    }
  }
  const other = (parent: number, entry: string, name: string, status: FileStatus): Uint8Array | undefined => {
    const type = types[status.type]
    if (type === undefined) return undefined
    const linkName = type === 'symlink' ? fs.readlinkAt(parent, fileName(entry)).toString('latin1') : ''
    const xattrs = readXattrs(fs, pathBelow(parent, fileName(entry)))
    return tarHeader({ ...describe(status, type, name), linkName, xattrs })
  }
  async function* member(parent: number, entry: string, name: string): AsyncGenerator<Uint8Array, boolean> {
    throwIfAborted(signal, 'packing files')
    const status = fs.statAt(parent, fileName(entry))
    const earlier = linked.get(linkId(status) ?? '')
    if (earlier !== undefined) {
      yield tarHeader({ ...describe(status, 'hardlink', name), linkName: earlier })
      return false
    }
    if (status.type === 'file') {
      yield* file(parent, entry, name)
      return false
    }
    const header = other(parent, entry, name, status)
    if (header !== undefined) {
      remember(status, name)
      yield header
    }
    return status.type === 'directory'
  }
  const names = (directory: number): string[] =>
    forLayer ? layerNames(directory) : namesLeftIn(directory).toSorted(byteOrder)
  async function* content(directory: number, prefix: string): AsyncGenerator<Uint8Array> {
    for (const name of names(directory)) yield* tree(directory, name, join(prefix, name))
  }
  async function* present(parent: number, entry: string, name: string): AsyncGenerator<Uint8Array, boolean> {
    for (let attempt = 1; ; attempt++) {
      let begun = false
      const chunks = member(parent, entry, name)
      try {
        for (let next = await chunks.next(); ; next = await chunks.next()) {
          if (next.done === true) return next.value
          begun = true
          yield next.value
        }
      } catch (error) {
        if (begun || !isReplacement(error)) throw error
        if (errorCode(error) === 'ENOENT' || attempt === ATTEMPTS) return false
      } finally {
        await chunks.return(false)
      }
    }
  }
  async function* tree(parent: number, entry: string, name: string): AsyncGenerator<Uint8Array> {
    if (!(yield* present(parent, entry, name))) return
    const directory = openDirectory(fs, parent, entry)
    if (directory === undefined) return
    try {
      yield* content(directory, name)
    } finally {
      fs.close(directory)
    }
  }
  return { member, present, opened, tree, content }
}

/** How often something that is replaced all the time is tried. */
const ATTEMPTS = 10

/** What looking at a name says when it became something else under way, or went. */
const replacements = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EINVAL', 'ENXIO'])

const isReplacement = (error: unknown): boolean =>
  replacements.has(errorCode(error) ?? '') || isEngineError(error, 'failed-precondition')

const changed = (name: string) =>
  new EngineError('failed-precondition', `${JSON.stringify(name)} was replaced while it was read`)

/** `undefined` when it is none, or a link to one. */
export const openDirectory = (fs: FileCalls, parent: number, entry: string): number | undefined => {
  try {
    return fs.openAt(parent, fileName(entry), OPEN_DIRECTORY)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined
    throw error
  }
}
