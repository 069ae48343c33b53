import { Readable } from 'node:stream'
import { EngineError } from '@runcible/interface'
import type { LayerCompression } from '@runcible/oci-spec'

const chunkSize = 256 * 1024

const startsWith = (bytes: Uint8Array, ...magic: readonly number[]): boolean =>
  magic.every((byte, at) => bytes[at] === byte)

/**
 * How bytes are packed, by the first of them.
 *
 * @throws EngineError `unsupported` for packings that images do not have.
 */
export function compressionOf(start: Uint8Array): LayerCompression {
  if (startsWith(start, 0x1f, 0x8b)) return 'gzip'
  if (startsWith(start, 0x28, 0xb5, 0x2f, 0xfd)) return 'zstd'
  // A skippable frame may come before the first one of zstd.
  if (((start[0] ?? 0) & 0xf0) === 0x50 && startsWith(start.subarray(1), 0x2a, 0x4d, 0x18)) return 'zstd'
  const other = startsWith(start, 0xfd, 0x37, 0x7a, 0x58, 0x5a)
    ? 'xz'
    : startsWith(start, 0x42, 0x5a, 0x68)
      ? 'bzip2'
      : undefined
  if (other === undefined) return 'none'
  throw new EngineError('unsupported', `archives packed with ${other} cannot be read`, {
    hint: `unpack it first: ${other} -d`
  })
}

/** Unpacks a stream. A broken or cut one is `corrupt`; `what` is its name in that message. */
export async function* decompressed(
  source: AsyncIterable<Uint8Array>,
  compression: LayerCompression,
  what: string
): AsyncGenerator<Uint8Array> {
  if (compression === 'none') {
    yield* source
    return
  }
  const zlib = process.getBuiltinModule('node:zlib')
  const stream = compression === 'gzip' ? zlib.createGunzip({ chunkSize }) : zlib.createZstdDecompress({ chunkSize })
  let packed = 0
  const counted = async function* () {
    for await (const chunk of source) {
      packed += chunk.length
      yield chunk
    }
  }
  yield* through(counted(), stream, (cause) => {
    throw new EngineError('corrupt', `${what} is not a whole ${compression} stream: ${cause.message}`, { cause })
  })
  // What is no further member or frame is passed over without a word.
  if (stream.bytesWritten < packed)
    throw new EngineError('corrupt', `${what} is not a whole ${compression} stream: there is data after its end`)
}

/** Packs a stream. The same bytes give the same result. */
export async function* compressed(
  source: AsyncIterable<Uint8Array>,
  { format, level }: { readonly format: LayerCompression; readonly level?: number | undefined }
): AsyncGenerator<Uint8Array> {
  if (format === 'none') {
    yield* source
    return
  }
  const zlib = process.getBuiltinModule('node:zlib')
  const stream =
    format === 'gzip'
      ? zlib.createGzip({ chunkSize, ...(level === undefined ? {} : { level }) })
      : zlib.createZstdCompress({
          chunkSize,
          params: level === undefined ? {} : { [zlib.constants.ZSTD_c_compressionLevel]: level }
        })
  yield* through(source, stream, (cause) => {
    throw cause
  })
}

type Transform = NodeJS.ReadWriteStream & {
  destroy(error?: Error): unknown
  [Symbol.asyncIterator](): AsyncIterator<unknown>
}

async function* through(
  source: AsyncIterable<Uint8Array>,
  stream: Transform,
  fail: (cause: Error) => never
): AsyncGenerator<Uint8Array> {
  let sourceError: unknown
  const input = Readable.from(source, { objectMode: false, highWaterMark: chunkSize })
  input.once('error', (error) => {
    sourceError = error
    stream.destroy(error)
  })
  input.pipe(stream)
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) yield chunk
  } catch (error) {
    if (error === sourceError) throw error
    fail(error as Error)
  } finally {
    input.destroy()
    stream.destroy()
  }
}

/** The levels that a format has. */
const compressionLevels = { gzip: [-1, 9], zstd: [1, 22] } as const

/** @throws EngineError `invalid-argument` for a level that the format does not have. */
export function checkLevel(format: LayerCompression, level: number | undefined): void {
  if (level === undefined) return
  if (format === 'none') throw new EngineError('invalid-argument', 'a compression level needs a compression')
  const [least, most] = compressionLevels[format]
  if (level >= least && level <= most) return
  throw new EngineError('invalid-argument', `${format} has no compression level ${level}`, {
    hint: `give a level from ${least} to ${most}`
  })
}
