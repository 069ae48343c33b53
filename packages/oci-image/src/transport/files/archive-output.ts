import { randomUUID } from 'node:crypto'
import { lstatSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { EngineError, type SaveOutput } from '@runcible/interface'
import { fileError } from './read-file.ts'

/** Where the bytes of an archive go, in order. Disposing it before `commit` leaves no file. */
export interface ArchiveOutput extends AsyncDisposable {
  /** Bytes so far. */
  readonly position: number
  write(chunk: Uint8Array): Promise<void>
  /** Writes over earlier bytes; absent where that is not possible. */
  readonly overwrite?: (position: number, bytes: Uint8Array) => Promise<void>
  commit(): Promise<void>
}

/** A file appears under its name when it is whole; a pipe or device gets the bytes as they come. */
export function archiveOutput(output: SaveOutput): ArchiveOutput {
  if (!('path' in output)) return streamOutput(output.write)
  return isSpecial(output.path) ? specialFile(output.path) : newFile(output.path)
}

const isSpecial = (path: string): boolean => {
  // A link such as /dev/stdout is written through.
  const status = lstatSync(path, { throwIfNoEntry: false })
  return status !== undefined && !status.isFile()
}

function streamOutput(write: (chunk: Uint8Array) => Promise<void>): ArchiveOutput {
  let position = 0
  return {
    get position() {
      return position
    },
    async write(chunk) {
      position += chunk.length
      await write(chunk)
    },
    commit: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined
  }
}

/** Opens at the first write: what cannot be written must not hide what else is wrong. */
function lazyFile(file: string, how: string, path = file): { get(): Promise<FileHandle>; close(): Promise<void> } {
  let opening: Promise<FileHandle> | undefined
  return {
    get: () =>
      (opening ??= open(file, how, 0o666).catch((error: unknown) => {
        throw fileError(path, error)
      })),
    async close() {
      const file = await opening?.catch(() => undefined)
      opening = undefined
      await file?.close()
    }
  }
}

function specialFile(path: string): ArchiveOutput {
  const file = lazyFile(path, 'w')
  const stream = streamOutput(async (chunk) => writeAll(await file.get(), path, chunk))
  return {
    get position() {
      return stream.position
    },
    write: stream.write,
    commit: file.close,
    [Symbol.asyncDispose]: file.close
  }
}

function newFile(path: string): ArchiveOutput {
  const partial = `${path}.${randomUUID().slice(0, 8)}.partial`
  const file = lazyFile(partial, 'wx', path)
  const stream = streamOutput(async (chunk) => writeAll(await file.get(), path, chunk))
  let state: 'open' | 'committed' = 'open'
  return {
    get position() {
      return stream.position
    },
    write: stream.write,
    async overwrite(position, bytes) {
      await (await file.get()).write(bytes, 0, bytes.length, position)
    },
    async commit() {
      await file.close()
      await rename(partial, path).catch((error: unknown) => {
        throw fileError(path, error)
      })
      state = 'committed'
    },
    async [Symbol.asyncDispose]() {
      if (state === 'committed') return
      await file.close()
      await rm(partial, { force: true })
    }
  }
}

async function writeAll(file: FileHandle, path: string, chunk: Uint8Array): Promise<void> {
  try {
    for (let written = 0; written < chunk.length;) {
      written += (await file.write(chunk, written, chunk.length - written)).bytesWritten
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE')
      throw new EngineError('aborted', `nobody reads ${path} any more`, { cause: error })
    throw fileError(path, error)
  }
}
