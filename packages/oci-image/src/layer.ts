import { type CallOptions, EngineError } from '@runcible/interface'
import {
  createDigester,
  type Descriptor,
  type Digest,
  digestAlgorithm,
  type LayerCompression,
  layerCompression
} from '@runcible/oci-spec'
import { decompressed } from './transport/compression.ts'
import type { ImageSource } from './transport/image-source.ts'

/** One layer of an image at a source. An immutable value: nothing is read before `bytes` or `tar`. */
export interface ImageLayer {
  readonly descriptor: Descriptor
  /** Of the packed bytes. */
  readonly digest: Digest
  /** Of the unpacked tar, as the config says. */
  readonly diffId: Digest
  /** Packed bytes. */
  readonly size: number
  readonly compression: LayerCompression
  /** As the source has it; verified at the end. */
  bytes(options?: CallOptions): AsyncIterable<Uint8Array>
  /** Unpacked; verified against `diffId` at the end. */
  tar(options?: CallOptions): AsyncIterable<Uint8Array>
}

/** A layer as a value over its source. */
export function imageLayer(source: ImageSource, descriptor: Descriptor, diffId: Digest): ImageLayer {
  const compression = layerCompression(descriptor.mediaType)
  if (compression === undefined)
    throw new EngineError('unsupported', `${source.name} has a layer of the unknown kind ${descriptor.mediaType}`, {
      subject: { kind: 'blob', name: descriptor.digest }
    })
  const bytes = (options: CallOptions = {}): AsyncIterable<Uint8Array> => source.blob(descriptor, options)
  return Object.freeze({
    descriptor,
    digest: descriptor.digest,
    diffId,
    size: descriptor.size,
    compression,
    bytes,
    tar: (options) => verifiedTar(decompressed(bytes(options), compression, `layer ${descriptor.digest}`), diffId)
  } satisfies ImageLayer)
}

async function* verifiedTar(chunks: AsyncIterable<Uint8Array>, diffId: Digest): AsyncGenerator<Uint8Array> {
  const digester = createDigester(digestAlgorithm(diffId))
  for await (const chunk of chunks) {
    digester.update(chunk)
    yield chunk
  }
  const actual = digester.digest()
  if (actual === diffId) return
  throw new EngineError('corrupt', `a layer unpacks to ${actual}, its image says ${diffId}`, {
    subject: { kind: 'blob', name: diffId }
  })
}
