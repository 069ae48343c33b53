import { constants, createReadStream } from 'node:fs'
import { lstat, open, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Header, Pack } from 'tar-stream'
import { addEntry } from './tar.ts'

export interface ReadHostOptions {
  readonly signal: AbortSignal
  /** Told of what cannot be copied. */
  readonly warn: (text: string) => void
}

/**
 * An archive of a file or directory of this host. Its entries begin with `as`, or are the content of a directory when
 * that is `.`. Links inside are copied as links; sockets, FIFOs and devices are left out.
 */
export async function* readHost(path: string, as: string, options: ReadHostOptions): AsyncGenerator<Uint8Array> {
  const { pack } = await import('tar-stream')
  const writer = pack()
  const writing = addTree(writer, path, as, options).then(
    () => writer.finalize(),
    (error: Error) => void writer.destroy(error)
  )
  yield* writer as AsyncIterable<Uint8Array>
  await writing
}

async function addTree(writer: Pack, path: string, name: string, options: ReadHostOptions): Promise<void> {
  options.signal.throwIfAborted()
  const status = await lstat(path)
  const header = { name, mode: status.mode & 0o7777, uid: status.uid, gid: status.gid, mtime: status.mtime }
  if (status.isDirectory()) {
    if (name !== '.') await addEntry(writer, { ...header, type: 'directory' })
    for (const child of (await readdir(path)).toSorted())
      await addTree(writer, join(path, child), name === '.' ? child : `${name}/${child}`, options)
  } else if (status.isSymbolicLink())
    await addEntry(writer, { ...header, type: 'symlink', linkname: await readlink(path) })
  else if (status.isFile()) await addFile(writer, path, header)
  else options.warn(`${path} is neither a file, a directory nor a link: left out`)
}

/** The size is taken from the open file, and a file that grows meanwhile is cut there. */
async function addFile(writer: Pack, path: string, header: Partial<Header> & { readonly name: string }): Promise<void> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  const { size } = await file.stat()
  if (size === 0) return await addEntry(writer, { ...header, type: 'file', size })
  await addEntry(
    writer,
    { ...header, type: 'file', size },
    createReadStream(path, { fd: file.fd, autoClose: false, start: 0, end: size - 1 })
  )
}
