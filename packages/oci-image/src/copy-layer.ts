import { type BlobProgress, EngineError } from '@runcible/interface'
import {
  createDigester,
  type Descriptor,
  type Digest,
  type LayerCompression,
  layerCompression
} from '@runcible/oci-spec'
import type { CopyJob } from './copy-job.ts'
import { blobReporter } from './throttle.ts'
import { compressed, decompressed } from './transport/compression.ts'
import { readFileRange } from './transport/files/read-file.ts'
import { openSpool } from './transport/files/spool.ts'

const GiB = 1024 ** 3

export interface LayerPlan {
  readonly layer: Descriptor
  /** Of the unpacked layer. */
  readonly diffId: Digest | undefined
  /** How it is to be packed; as it is when absent. */
  readonly packing?: LayerCompression
}

export type MovedLayer = Pick<Descriptor, 'digest' | 'size'>

/** How a layer is to be packed at the destination, when otherwise than it is. */
export function wantedPacking({ wish, sink }: CopyJob, mediaType: string): LayerCompression | undefined {
  const now = layerCompression(mediaType) ?? 'none'
  if (sink.abilities.layers === 'uncompressed') return now === 'none' ? undefined : 'none'
  const { compression } = wish
  if (compression === undefined || compression.format === now) return undefined
  return now === 'none' || compression.force === true || compression.format === 'none' ? compression.format : undefined
}

/** Brings a layer to the destination, as it is or packed anew. Returns what lies there. */
export async function moveLayer(job: CopyJob, plan: LayerPlan): Promise<MovedLayer> {
  if (plan.packing === undefined) return await moveBlob(job, plan.layer, 'layer')
  if (plan.packing === 'none' && job.sink.putUnpacked !== undefined && plan.diffId !== undefined)
    return await moveUnpacked(job, plan.layer, plan.diffId)
  return await movePacked(job, plan.layer, plan.packing)
}

/** Brings a blob to the destination as it is, unless it is there. */
export async function moveBlob(
  job: CopyJob,
  descriptor: Descriptor,
  kind: BlobProgress['kind'],
  read = (offset: number, length: number) =>
    // The destination verifies what it gets.
    job.source.blob(descriptor, { offset, length, signal: job.options.signal, verify: false })
): Promise<MovedLayer> {
  const { sink, options } = job
  const report = blobReporter(descriptor, kind, options.onProgress)
  report.phase('waiting')
  const result = await sink.putBlob(
    {
      descriptor,
      read,
      mountFrom: options.mountFrom?.(descriptor.digest),
      chunkSize: options.chunkSize ?? GiB,
      onBytes: (current) => report.bytes('uploading', current)
    },
    { signal: options.signal }
  )
  report.phase(result === 'uploaded' ? 'done' : result)
  return { digest: descriptor.digest, size: descriptor.size }
}

function unpacked(job: CopyJob, layer: Descriptor, onBytes: (current: number) => void): AsyncIterable<Uint8Array> {
  const packed = job.source.blob(layer, { signal: job.options.signal })
  return decompressed(counted(packed, onBytes), layerCompression(layer.mediaType) ?? 'none', `layer ${layer.digest}`)
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (current: number) => void
): AsyncGenerator<Uint8Array> {
  let position = 0
  for await (const chunk of chunks) {
    position += chunk.length
    onBytes(position)
    yield chunk
  }
}

async function moveUnpacked(job: CopyJob, layer: Descriptor, diffId: Digest): Promise<MovedLayer> {
  const { sink, options } = job
  const report = blobReporter(layer, 'layer', options.onProgress)
  report.phase('waiting')
  const onBytes = (current: number): void => report.bytes('uploading', current)
  const size = await sink.putUnpacked?.(diffId, () => unpacked(job, layer, onBytes), { signal: options.signal })
  report.phase(size === 0 ? 'exists' : 'done')
  return { digest: diffId, size: size ?? 0 }
}

/** Packs into a temporary file first: an upload begins with the digest and the size. */
async function movePacked(job: CopyJob, layer: Descriptor, format: LayerCompression): Promise<MovedLayer> {
  const { options, wish } = job
  const file = await openSpool(options.tmp ?? '/var/tmp')
  try {
    const digester = createDigester()
    let size = 0
    const level = wish.compression?.format === format ? wish.compression.level : undefined
    for await (const chunk of compressed(
      unpacked(job, layer, () => undefined),
      { format, level }
    )) {
      digester.update(chunk)
      size += chunk.length
      await file.writeFile(chunk)
    }
    const made = { mediaType: layer.mediaType, digest: digester.digest(), size }
    return await moveBlob(job, made, 'layer', (offset, length) => readFileRange(file.fd, offset, length, options))
  } catch (error) {
    if (error instanceof EngineError) throw error
    throw new EngineError('unavailable', `layer ${layer.digest} could not be packed: ${(error as Error).message}`, {
      subject: { kind: 'blob', name: layer.digest },
      cause: error
    })
  } finally {
    await file.close()
  }
}
