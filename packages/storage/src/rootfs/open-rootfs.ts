import { EngineError, type ExtractOptions, type FileStat, type Rootfs } from '@runcible/interface'
import { errorCode, openFlags, type FileCalls } from '@runcible/linux'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { throwIfAborted, toEngineError } from '../errors.ts'
import { unpackedStream } from '../layer/compression.ts'
import { directoryTree, OPEN_DIRECTORY } from '../layer/directory-tree.ts'
import { packer } from '../layer/pack-entries.ts'
import { tarReader } from '../layer/tar-reader.ts'
import { tarEnd } from '../layer/tar-writer.ts'
import { defaultLimits } from '../layer/unpack-session.ts'
import { unpacker } from '../layer/unpacker.ts'
import { absolutePath, asksForContent, innerPath, lastName } from './rootfs-path.ts'

const READ_SIZE = 64 * 1024
const HANDLE = openFlags(['path'])
const LINK_HANDLE = openFlags(['path', 'nofollow'])

export interface OpenRootfs {
  readonly fs: FileCalls
  /** Open directory; closed by `dispose`. */
  readonly rootFd: number
  dispose(): void
}

const isAbsent = (error: unknown): boolean => errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR'

/** A root file system that is open at `rootFd`. */
export const openRootfs = ({ fs, rootFd, dispose }: OpenRootfs): Rootfs => {
  /** Runs `use` on a handle of what is at `path`; `undefined` when nothing is. */
  const withHandle = <T>(path: string, flags: number, use: (handle: number) => T): T | undefined => {
    let handle: number
    try {
      handle = fs.openInRoot(rootFd, absolutePath(path), { flags })
    } catch (error) {
      if (isAbsent(error)) return undefined
      throw error
    }
    try {
      return use(handle)
    } finally {
      fs.close(handle)
    }
  }
  /** Opens for reading what a handle is on, which is known to be a regular file: nothing else is ever opened. */
  const openFile = (handle: number): number =>
    openSync(`/proc/self/fd/${handle}`, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)

  const stat = (path: string, follow: boolean): FileStat | undefined =>
    withHandle(path, follow ? HANDLE : LINK_HANDLE, (handle) => {
      const status = fstatSync(handle)
      const { size, mode, uid, gid, mtimeMs } = status
      const base = { name: lastName(path), size, mode, uid, gid, modifiedAt: mtimeMs }
      return status.isSymbolicLink() ? { ...base, linkTarget: fs.readlinkAt(handle, '').toString() } : base
    })

  const read = (path: string, maxBytes: number): Uint8Array | undefined =>
    withHandle(path, HANDLE, (handle) => {
      if (!fstatSync(handle).isFile())
        throw new EngineError('invalid-argument', `${absolutePath(path)} is not a regular file`)
      const fd = openFile(handle)
      try {
        return readBounded(fd, path, maxBytes)
      } finally {
        closeSync(fd)
      }
    })

  const makeDirectory: Rootfs['makeDirectory'] = async (path, { mode, uid, gid } = {}) => {
    const owner = uid === undefined && gid === undefined ? undefined : { uid: uid ?? 0, gid: gid ?? 0 }
    const tree = directoryTree({ fs, rootFd, lower: undefined, owner, mode })
    try {
      tree.open(innerPath(path))
    } finally {
      tree.close()
    }
  }

  async function* archive(path: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    const handle = withHandle(path, HANDLE, (found) => {
      const status = fstatSync(found)
      if (status.isDirectory()) return { directory: true, fd: fs.openAt(found, '.', OPEN_DIRECTORY) }
      if (status.isFile()) return { directory: false, fd: openFile(found) }
      throw new EngineError('unsupported', `${absolutePath(path)} is neither a file nor a directory`)
    })
    if (handle === undefined) throw new EngineError('not-found', `no such file in the container: ${absolutePath(path)}`)
    const { fd, directory } = handle
    try {
      const pack = packer({ fs, signal })
      const name = asksForContent(path) ? '.' : Buffer.from(lastName(path)).toString('latin1')
      if (directory) {
        yield* pack.member(fd, '.', name)
        yield* pack.content(fd, name)
      } else yield* pack.opened(fd, name)
      yield tarEnd()
    } finally {
      closeSync(fd)
    }
  }

  const mustBeDirectory = (path: string) => {
    const found = withHandle(path, HANDLE, (handle) => fstatSync(handle).isDirectory())
    if (found === undefined)
      throw new EngineError('not-found', `no such directory in the container: ${absolutePath(path)}`)
    if (!found) throw new EngineError('invalid-argument', `not a directory in the container: ${absolutePath(path)}`)
  }
  const extract = async (path: string, tar: AsyncIterable<Uint8Array>, options: ExtractOptions) => {
    mustBeDirectory(path)
    const tree = unpacker({
      fs,
      rootFd,
      base: innerPath(path),
      whiteouts: 'keep',
      maxEntries: defaultLimits.maxEntries,
      replaceTypes: options.overwrite === true,
      owner: options.owner
    })
    try {
      const reader = tarReader(tree)
      for await (const chunk of unpackedStream(tar)) {
        throwIfAborted(options.signal, 'extracting the archive')
        reader.write(chunk)
      }
      reader.finish()
      tree.finish()
    } finally {
      tree.close()
    }
  }

  const told = async <T>(doing: string, path: string, run: () => T | Promise<T>): Promise<T> => {
    try {
      return await run()
    } catch (error) {
      throw toEngineError(error, `${doing} ${JSON.stringify(path)} in the container`)
    }
  }
  let open = true
  return {
    stat: (path, { follow = true } = {}) => told('looking at', path, () => stat(path, follow)),
    read: (path, { maxBytes }) => told('reading', path, () => read(path, maxBytes)),
    makeDirectory: (path, options) => told('making', path, () => makeDirectory(path, options)),
    async *archive(path, { signal } = {}) {
      try {
        yield* archive(path, signal)
      } catch (error) {
        throw toEngineError(error, `reading ${JSON.stringify(path)} in the container`)
      }
    },
    extract: (path, tar, options = {}) => told('extracting into', path, () => extract(path, tar, options)),
    [Symbol.asyncDispose]: async () => {
      if (!open) return
      open = false
      dispose()
    }
  }
}

const readBounded = (fd: number, path: string, maxBytes: number): Uint8Array => {
  const chunks: Buffer[] = []
  for (let length = 0; ;) {
    // One byte more than allowed tells a file that is too large; sizes are not to be believed while files grow.
    const buffer = Buffer.allocUnsafe(Math.min(READ_SIZE, maxBytes + 1 - length))
    const size = readSync(fd, buffer, 0, buffer.length, null)
    if (size === 0) return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
    length += size
    if (length > maxBytes) throw new EngineError('exhausted', `${absolutePath(path)} is larger than ${maxBytes} bytes`)
    chunks.push(buffer.subarray(0, size))
  }
}
