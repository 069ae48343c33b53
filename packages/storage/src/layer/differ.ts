import {
  EngineError,
  isEngineError,
  type ErrorSubject,
  type AppliedLayer,
  type Differ,
  type Factory,
  type Mount
} from '@runcible/interface'
import { createLinux, type Linux } from '@runcible/linux'
import type { Descriptor, LayerCompression } from '@runcible/oci-spec'
import { closeSync, openSync, readSync } from 'node:fs'
import { throwIfAborted, toEngineError } from '../errors.ts'
import { mountPrivately } from '../mounted-root.ts'
import { listChanges } from './changes.ts'
import { compare } from './compare.ts'
import { compressionOf, findDecompressor, MAGIC_LENGTH, unpackedStream } from './compression.ts'
import { startDecompressor } from './decompressor-process.ts'
import { checkGzipEnd } from './gzip-end.ts'
import type { UnpackJob } from './unpack-job.ts'
import { defaultLimits, unpackSession, type UnpackLimits, type UnpackTarget } from './unpack-session.ts'
import { unpackTarget } from './unpack-target.ts'
import { unpackThreads, type UnpackThreads } from './unpack-threads.ts'

export interface LayerDifferInit {
  /** By default the real kernel. */
  readonly linux?: Linux
  /** Directory for short-lived pipes and mount points; made with mode 0700 when missing. */
  readonly tmp: string
  readonly limits?: Partial<UnpackLimits>
  /** File of the unpacking thread; the one beside this module by default. */
  readonly workerUrl?: URL
  /** Packed bytes from which a layer is unpacked on a thread of its own. */
  readonly threadFrom?: number
}

type ApplyOptions = NonNullable<Parameters<Differ['apply']>[2]>

/** A thread costs some 40 ms; a layer below this is unpacked in about that time. */
const THREAD_FROM = 4 * 1024 * 1024

const readMagic = (path: string): Buffer => {
  const fd = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(MAGIC_LENGTH)
    return buffer.subarray(0, readSync(fd, buffer, 0, MAGIC_LENGTH, 0))
  } finally {
    closeSync(fd)
  }
}

/** A disk may be slow; one on which nothing moves for so long is broken. */
const STALL_MS = 5 * 60_000

/** Calls `onStall` when `moved` has not been called for too long. */
const stallWatch = (onStall: () => void) => {
  let fired = false
  const timer = setTimeout(() => {
    fired = true
    onStall()
  }, STALL_MS)
  return { moved: () => timer.refresh(), stalled: () => fired, [Symbol.dispose]: () => clearTimeout(timer) }
}

async function* told<T>(results: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* results
  } catch (error) {
    throw toEngineError(error, 'comparing files')
  }
}

const broken = (compression: LayerCompression, complaint: string): EngineError =>
  new EngineError('corrupt', `broken ${compression}: ${complaint}`)

interface Work {
  readonly layer: Descriptor
  readonly target: UnpackTarget
  readonly options: ApplyOptions
}

/** The error with the blob that it is about. */
const named = (error: EngineError, subject: ErrorSubject): EngineError => {
  if (error.message.includes(subject.name)) return error
  const { code, message, hint, cause } = error
  return new EngineError(code, `layer ${subject.name}: ${message}`, {
    subject,
    ...(hint === undefined ? {} : { hint }),
    cause: cause ?? error
  })
}

/** Unpacks and packs layers. Blobs are read from `content`, as files where it keeps them so. */
export const layerDiffer =
  (init: LayerDifferInit): Factory<'content', Differ> =>
  ({ content }) => {
    const { linux = createLinux(), tmp, threadFrom = THREAD_FROM } = init
    const limits = { ...defaultLimits, ...init.limits }
    let threads: UnpackThreads | undefined

    const jobOf = (work: Work, source: UnpackJob['source']): UnpackJob => ({
      target: work.target,
      tmp,
      packedSize: work.layer.size,
      limits,
      source,
      stop: new Int32Array(new SharedArrayBuffer(4))
    })
    const onThread = async (job: UnpackJob, { signal, onProgress }: ApplyOptions): Promise<AppliedLayer> => {
      const stop = () => Atomics.store(job.stop, 0, 1)
      signal?.addEventListener('abort', stop, { once: true })
      try {
        threads ??= unpackThreads(init.workerUrl)
        return await threads.run(job, (bytes) => onProgress?.({ bytes }))
      } finally {
        signal?.removeEventListener('abort', stop)
      }
    }
    const fromProgram = async (work: Work, path: string, compression: LayerCompression): Promise<AppliedLayer> => {
      const program = findDecompressor(compression)
      if (program === undefined) return onThread(jobOf(work, { path, compression }), work.options)
      const child = startDecompressor(linux, tmp, program, path)
      const { signal } = work.options
      signal?.addEventListener('abort', child.kill, { once: true })
      using watch = stallWatch(child.kill)
      const onProgress = (event: { readonly bytes: number }) => {
        watch.moved()
        work.options.onProgress?.(event)
      }
      try {
        const layer = await onThread(jobOf(work, { fd: child.fd }), { ...work.options, onProgress })
        const complaint = await child.ended
        if (complaint !== undefined) throw broken(compression, complaint)
        if (compression === 'gzip') await checkGzipEnd(path, layer.size, signal)
        return layer
      } catch (error) {
        // A broken stream ends early, which makes the archive in it end early: the first of the two is the cause.
        const complaint = isEngineError(error, 'corrupt') ? await child.complaint() : undefined
        if (complaint !== undefined) throw broken(compression, complaint)
        if (watch.stalled())
          throw new EngineError('timeout', `unpacking made no progress for ${STALL_MS / 60_000} minutes`)
        throw error
      } finally {
        child.kill()
        signal?.removeEventListener('abort', child.kill)
        await child.ended
      }
    }
    /** On this thread, giving way to others between pieces. */
    const here = async (work: Work, source: AsyncIterable<Uint8Array>): Promise<AppliedLayer> => {
      const { layer, target, options } = work
      const session = unpackSession({ linux, target, tmp, packedSize: layer.size, limits })
      try {
        let bytes = 0
        for await (const chunk of unpackedStream(source, layer.mediaType)) {
          throwIfAborted(options.signal, 'unpacking the layer')
          session.write(chunk)
          bytes += chunk.length
          options.onProgress?.({ bytes })
        }
        return session.finish()
      } finally {
        session.close()
      }
    }
    const unpack = async (work: Work): Promise<AppliedLayer> => {
      const { layer, options } = work
      const path = layer.size >= threadFrom ? content.localPath?.(layer.digest) : undefined
      if (path !== undefined) return fromProgram(work, path, compressionOf(readMagic(path), layer.mediaType))
      const { signal } = options
      return here(work, content.reader(layer.digest, signal === undefined ? {} : { signal }))
    }
    const withTarget = async (layer: Descriptor, mounts: readonly Mount[], options: ApplyOptions) => {
      const target = unpackTarget(mounts)
      if (target !== undefined) return unpack({ layer, target, options })
      using mounted = mountPrivately(linux, tmp, mounts)
      return await unpack({ layer, target: { kind: 'directory', path: `/proc/self/fd/${mounted.fd}/.` }, options })
    }
    const apply: Differ['apply'] = async (layer, mounts, options = {}) => {
      const subject = { kind: 'blob', name: layer.digest } as const
      throwIfAborted(options.signal, `unpacking ${layer.digest}`)
      const applied = await withTarget(layer, mounts, options).catch((error: unknown) => {
        throwIfAborted(options.signal, `unpacking ${layer.digest}`)
        throw named(toEngineError(error, `unpacking ${layer.digest}`, subject), subject)
      })
      if (options.diffId !== undefined && applied.diffId !== options.diffId) {
        throw new EngineError(
          'corrupt',
          `layer ${layer.digest} unpacks to ${applied.diffId}, not to ${options.diffId}`,
          { subject }
        )
      }
      return applied
    }
    return {
      apply,
      compare: (request, options = {}) => told(compare({ linux, tmp }, request, options)),
      changes: (request, options = {}) => told(listChanges({ linux, tmp }, request, options))
    }
  }
