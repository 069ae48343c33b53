import { EngineError, type AppliedLayer, type ErrorCode } from '@runcible/interface'
import { errorCode, type FileCalls, type Linux } from '@runcible/linux'
import type { LayerCompression } from '@runcible/oci-spec'
import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { toEngineError } from '../errors.ts'
import { decompressed } from './compression.ts'
import { unpackSession, type UnpackLimits, type UnpackSession, type UnpackTarget } from './unpack-session.ts'

/** One layer to unpack. Plain data: it crosses to a worker thread. */
export interface UnpackJob {
  readonly target: UnpackTarget
  readonly tmp: string
  readonly packedSize: number
  readonly limits: UnpackLimits
  /** A packed file, or a pipe that gives the archive already unpacked and is closed by the job. */
  readonly source: { readonly path: string; readonly compression: LayerCompression } | { readonly fd: number }
  /** Not zero once the job is to stop. */
  readonly stop: Int32Array
}

/** An `EngineError` on its way between threads. */
export interface PlainError {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string | undefined
}

export type WorkerMessage =
  | { readonly kind: 'progress'; readonly bytes: number }
  | { readonly kind: 'done'; readonly layer: AppliedLayer }
  | { readonly kind: 'failed'; readonly error: PlainError }

export const plainError = (error: unknown): PlainError => {
  const { code, message, hint } = toEngineError(error, 'unpacking a layer')
  return { code, message, hint }
}

export const revivedError = ({ code, message, hint }: PlainError): EngineError =>
  new EngineError(code, message, hint === undefined ? {} : { hint })

const READ_SIZE = 1024 * 1024
const PROGRESS_STEP = 8 * 1024 * 1024

interface Sink {
  write(chunk: Buffer): void
}

const sink = (session: UnpackSession, stop: Int32Array, onProgress: (bytes: number) => void): Sink => {
  let size = 0
  let reported = 0
  return {
    write(chunk) {
      if (Atomics.load(stop, 0) !== 0) throw new EngineError('aborted', 'unpacking the layer was interrupted')
      session.write(chunk)
      size += chunk.length
      if (size - reported < PROGRESS_STEP) return
      onProgress(size)
      reported = size
    }
  }
}

/** Lets the writer run ahead by a block of what it unpacks. Where that is not allowed, they take turns more often. */
const widen = (fs: Pick<FileCalls, 'setPipeSize'>, fd: number) => {
  try {
    fs.setPipeSize(fd, READ_SIZE)
  } catch (error) {
    if (errorCode(error) !== 'EPERM') throw error
  }
}

/** Reads to the end through one buffer. Blocks this thread while the writer of a pipe is slower. */
const readAll = (fd: number, to: Sink) => {
  const buffer = Buffer.allocUnsafeSlow(READ_SIZE)
  for (;;) {
    const size = readSync(fd, buffer, 0, READ_SIZE, null)
    if (size === 0) return
    to.write(buffer.subarray(0, size))
  }
}

const readFile = (path: string, to: Sink) => {
  const fd = openSync(path, 'r')
  try {
    readAll(fd, to)
  } finally {
    closeSync(fd)
  }
}

const readSource = async (fs: FileCalls, source: UnpackJob['source'], to: Sink) => {
  if ('fd' in source) {
    widen(fs, source.fd)
    return readAll(source.fd, to)
  }
  if (source.compression === 'none') return readFile(source.path, to)
  const file = createReadStream(source.path, { highWaterMark: READ_SIZE })
  for await (const chunk of decompressed(file, source.compression)) to.write(chunk)
}

/** Does a job on this thread. */
export const runUnpackJob = async (
  linux: Pick<Linux, 'fs' | 'mount'>,
  job: UnpackJob,
  onProgress: (bytes: number) => void
): Promise<AppliedLayer> => {
  const { source } = job
  let session: UnpackSession | undefined
  try {
    session = unpackSession({ linux, ...job })
    const to = sink(session, job.stop, onProgress)
    await readSource(linux.fs, source, to)
    return session.finish()
  } finally {
    session?.close()
    if ('fd' in source) closeSync(source.fd)
  }
}
