import { read } from 'node:fs'
import { EngineError } from '@runcible/interface'
import { abortedError } from '../../registry/errors.ts'
import type { ReadRange } from './file-tree.ts'

const chunkSize = 1024 * 1024

/**
 * `length` bytes of an open file from `start` on, fewer when it ends before. One chunk is read ahead. The descriptor
 * stays open, and nothing is read from it any more once the generator has ended.
 */
export async function* readFileRange(
  fd: number,
  start: number,
  length: number,
  { signal, reuse = false }: Pick<ReadRange, 'signal' | 'reuse'> = {}
): AsyncGenerator<Uint8Array> {
  const end = start + length
  let position = start
  const buffers: Buffer[] = []
  const nextBuffer = (size: number): Buffer => {
    // One is with the reader while the other is filled.
    const free = buffers.length === 2 ? buffers.shift() : undefined
    const buffer = free ?? Buffer.allocUnsafeSlow(size)
    if (reuse) buffers.push(buffer)
    return buffer
  }
  const readNext = (): Promise<Buffer> | undefined => {
    const size = Math.min(chunkSize, end - position)
    return size > 0 ? readInto(nextBuffer(size), fd, position, size) : undefined
  }
  let next = readNext()
  try {
    while (next !== undefined) {
      if (signal?.aborted === true) throw abortedError(signal)
      const chunk = await next
      position += chunk.length
      next = chunk.length === 0 ? undefined : readNext()
      if (chunk.length > 0) yield chunk
    }
  } finally {
    await next?.catch(() => undefined)
  }
}

/** Where in a file of `size` bytes a range is. */
export function rangeIn(
  size: number,
  { offset = 0, length }: ReadRange
): { readonly start: number; readonly length: number } {
  const start = Math.min(offset, size)
  return { start, length: Math.min(length ?? Number.POSITIVE_INFINITY, size - start) }
}

/** Up to `length` bytes at `position`; fewer at the end of the file. */
export const readAt = (fd: number, position: number, length: number): Promise<Buffer> =>
  readInto(Buffer.allocUnsafeSlow(length), fd, position, length)

function readInto(buffer: Buffer, fd: number, position: number, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    read(fd, buffer, 0, length, position, (error, count) =>
      error === null ? resolve(buffer.subarray(0, count)) : reject(error)
    )
  })
}

/** A failed call on a file that the user named, as one line. */
export function fileError(path: string, error: unknown): EngineError {
  if (error instanceof EngineError) return error
  const { code, message } = error as NodeJS.ErrnoException
  const subject = { kind: 'host', name: path } as const
  if (code === 'ENOENT')
    return new EngineError('not-found', `${path}: no such file or directory`, { subject, cause: error })
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return new EngineError('invalid-argument', `${path}: a file is where a directory must be`, {
      subject,
      cause: error
    })
  if (code === 'EISDIR')
    return new EngineError('invalid-argument', `${path} is a directory, not a file`, { subject, cause: error })
  if (code === 'EACCES' || code === 'EPERM')
    return new EngineError('permission-denied', `${path}: ${message}`, { subject, cause: error })
  if (code === 'ELOOP' || code === 'EXDEV')
    return new EngineError(
      'invalid-argument',
      `${path} is or goes through a symbolic link, which is not followed here`,
      {
        subject,
        cause: error
      }
    )
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')
    return new EngineError('exhausted', `${path}: ${message}`, {
      subject,
      hint: 'make room on that disk',
      cause: error
    })
  return new EngineError('unavailable', `${path}: ${message}`, { subject, cause: error })
}
