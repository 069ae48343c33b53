import { createReadStream, read } from 'node:fs'
import { EngineError } from '@runcible/interface'
import { abortedError } from '../../registry/errors.ts'
import type { ReadRange } from './file-tree.ts'

const chunkSize = 1024 * 1024

/** `length` bytes of an open file from `start` on. The descriptor stays open. */
export async function* readFileRange(
  fd: number,
  start: number,
  length: number,
  signal?: AbortSignal
): AsyncGenerator<Uint8Array> {
  if (length === 0) return
  const options = { fd, start, end: start + length - 1, autoClose: false, highWaterMark: chunkSize }
  try {
    yield* createReadStream('', signal === undefined ? options : { ...options, signal })
  } catch (error) {
    if (signal?.aborted === true) throw abortedError(signal)
    throw error
  }
}

/** Where in a file of `size` bytes a range is. */
export function rangeIn(size: number, { offset = 0, length }: ReadRange): { readonly start: number; readonly length: number } {
  const start = Math.min(offset, size)
  return { start, length: Math.min(length ?? Number.POSITIVE_INFINITY, size - start) }
}

/** Up to `length` bytes at `position`; fewer at the end of the file. */
export function readAt(fd: number, position: number, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    read(fd, Buffer.alloc(length), 0, length, position, (error, count, buffer) =>
      error === null ? resolve(buffer.subarray(0, count)) : reject(error)
    )
  })
}

/** A failed call on a file that the user named, as one line. */
export function fileError(path: string, error: unknown): EngineError {
  if (error instanceof EngineError) return error
  const { code, message } = error as NodeJS.ErrnoException
  const subject = { kind: 'host', name: path } as const
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new EngineError('not-found', `${path}: no such file or directory`, { subject, cause: error })
  if (code === 'EACCES' || code === 'EPERM')
    return new EngineError('permission-denied', `${path}: ${message}`, { subject, cause: error })
  if (code === 'ELOOP' || code === 'EXDEV')
    return new EngineError('invalid-argument', `${path} is or goes through a symbolic link, which is not followed here`, {
      subject,
      cause: error
    })
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')
    return new EngineError('exhausted', `${path}: ${message}`, { subject, hint: 'make room on that disk', cause: error })
  return new EngineError('unavailable', `${path}: ${message}`, { subject, cause: error })
}
