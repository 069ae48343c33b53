import { EngineError } from '@runcible/interface'
import { layerCompression, type LayerCompression } from '@runcible/oci-spec'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Readable } from 'node:stream'

const CHUNK = 256 * 1024
/** First bytes that `compressionOf` looks at. */
export const MAGIC_LENGTH = 16

const startsWith = (bytes: Uint8Array, ...magic: number[]) => magic.every((byte, index) => bytes[index] === byte)

/**
 * How a layer is packed: its first bytes decide, its media type only for a stream too short to have any.
 * `unsupported` for packings that layers may not have.
 */
export const compressionOf = (firstBytes: Uint8Array, mediaType: string): LayerCompression => {
  if (startsWith(firstBytes, 0x1f, 0x8b)) return 'gzip'
  if (startsWith(firstBytes, 0x28, 0xb5, 0x2f, 0xfd)) return 'zstd'
  // A skippable frame may come before the first one of zstd.
  if (((firstBytes[0] ?? 0) & 0xf0) === 0x50 && startsWith(firstBytes.subarray(1), 0x2a, 0x4d, 0x18)) return 'zstd'
  if (startsWith(firstBytes, 0xfd, 0x37, 0x7a, 0x58, 0x5a))
    throw new EngineError('unsupported', 'the layer is packed with xz')
  if (startsWith(firstBytes, 0x42, 0x5a, 0x68)) throw new EngineError('unsupported', 'the layer is packed with bzip2')
  return firstBytes.length < 4 ? (layerCompression(mediaType) ?? 'none') : 'none'
}

/** Gives back the memory of a chunk that has its own: what is unpacked is garbage faster than it is collected. */
const release = ({ buffer, byteLength }: Buffer): void => {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}

/**
 * Unpacks with the zlib of Node, on its thread pool. A chunk is good until the next is asked for. A broken or cut
 * stream is `corrupt`.
 */
export async function* decompressed(
  source: AsyncIterable<Uint8Array>,
  compression: LayerCompression
): AsyncGenerator<Buffer> {
  if (compression === 'none') {
    for await (const chunk of source) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    return
  }
  const zlib = process.getBuiltinModule('node:zlib')
  const options = { chunkSize: CHUNK }
  const stream = compression === 'gzip' ? zlib.createGunzip(options) : zlib.createZstdDecompress(options)
  let sourceError: unknown
  let packed = 0
  const counted = async function* () {
    for await (const chunk of source) {
      packed += chunk.length
      yield chunk
    }
  }
  const input = Readable.from(counted(), { objectMode: false, highWaterMark: CHUNK })
  input.once('error', (error) => {
    sourceError = error
    stream.destroy(error)
  })
  input.pipe(stream)
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      yield chunk
      release(chunk)
    }
    // What is no further member or frame is passed over without a word.
    if (stream.bytesWritten < packed)
      throw new EngineError('corrupt', `broken ${compression}: there is data after its end`)
  } catch (error) {
    if (error === sourceError || error instanceof EngineError) throw error
    throw new EngineError('corrupt', `broken ${compression}: ${(error as Error).message}`, {
      cause: error
    })
  } finally {
    input.destroy()
    stream.destroy()
  }
}

/** Takes chunks until there are enough first bytes, or no more. */
const takeFirst = async (iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array[]> => {
  const taken: Uint8Array[] = []
  for (let length = 0; length < MAGIC_LENGTH; length += taken.at(-1)?.length ?? 0) {
    const next = await iterator.next()
    if (next.done === true) break
    taken.push(next.value)
  }
  return taken
}

async function* chain(first: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* first
  yield* { [Symbol.asyncIterator]: () => rest }
}

/**
 * The archive in `source`, however it is packed, in chunks that are good until the next is asked for. The source is
 * closed whatever happens.
 */
export async function* unpackedStream(source: AsyncIterable<Uint8Array>, mediaType = ''): AsyncGenerator<Buffer> {
  const iterator = source[Symbol.asyncIterator]()
  try {
    const first = await takeFirst(iterator)
    yield* decompressed(chain(first, iterator), compressionOf(Buffer.concat(first), mediaType))
  } finally {
    // The chain does not do it when it is given up before its first step.
    await iterator.return?.()
  }
}

/** A program that unpacks its standard input to its standard output, faster than zlib and on another core. */
export interface Decompressor {
  readonly file: string
  readonly args: readonly string[]
}

const programs: Readonly<Record<'gzip' | 'zstd', { readonly name: string; readonly args: readonly string[] }>> = {
  gzip: { name: 'igzip', args: ['-dc'] },
  zstd: { name: 'zstd', args: ['-dcq'] }
}

const onPath = (name: string): string | undefined => {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    if (!directory.startsWith('/')) continue
    const file = join(directory, name)
    try {
      accessSync(file, constants.X_OK)
      return file
    } catch {
      continue
    }
  }
  return undefined
}

/** The program for this packing, when the machine has it. */
export const findDecompressor = (compression: LayerCompression): Decompressor | undefined => {
  if (compression === 'none') return undefined
  const { name, args } = programs[compression]
  const file = onPath(name)
  return file === undefined ? undefined : { file, args }
}
