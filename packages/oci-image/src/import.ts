import { randomUUID } from 'node:crypto'
import {
  type BlobInfo,
  EngineError,
  type ImportRequest,
  isEngineError,
  type ProgressOptions,
  type PullProgress,
  type ResolvedImage
} from '@runcible/interface'
import {
  type Descriptor,
  type Digest,
  digestHex,
  hostPlatform,
  type ImageConfig,
  ociMediaTypes
} from '@runcible/oci-spec'
import { writeBlob } from './blobs.ts'
import { applyChanges } from './changes.ts'
import { collect, unpackPrefix } from './collect.ts'
import { encodeDocument, imageRecord } from './fetch-image.ts'
import { type FoundImage, recordImage } from './find-image.ts'
import type { StoreContext } from './init.ts'
import { takeLease } from './lease.ts'
import { formatReference } from './reference.ts'
import { abortedError } from './registry/errors.ts'
import { resolveFound } from './resolve.ts'
import { localName } from './short-names.ts'
import { blobReporter } from './throttle.ts'

/** Makes an image of one layer from a root file system tar. The layer is kept as it came, compressed or not. */
export async function importImage(
  context: StoreContext,
  tar: AsyncIterable<Uint8Array>,
  request: ImportRequest,
  options: ProgressOptions<PullProgress> = {}
): Promise<ResolvedImage> {
  // Whatever is wrong with the request is found before anything is read.
  const run = applyChanges(request.changes ?? [])
  const name = request.name === undefined ? undefined : formatReference(localName(request.name))
  const found = await underLease(context, { tar, request, run, name, options }).catch(async (error) => {
    await collect(context)
    throw error
  })
  await collect(context)
  context.events?.publish({ type: 'image', action: 'import', id: found.record.id, name: found.name })
  return resolveFound(context, found, options)
}

interface ImportJob {
  readonly tar: AsyncIterable<Uint8Array>
  readonly request: ImportRequest
  readonly run: NonNullable<ImageConfig['config']>
  readonly name: string | undefined
  readonly options: ProgressOptions<PullProgress>
}

async function underLease(context: StoreContext, job: ImportJob): Promise<FoundImage> {
  await using _lease = await takeLease(context.state, job.options)
  const layer = await storeLayer(context, job)
  const { diffId, size } = await unpack(context, layer, job.options)
  const config = configOf(job, diffId)
  const encoded = encodeDocument(config)
  await writeBlob(context.content, encoded.bytes, encoded.digest, job.options)
  const document = {
    schemaVersion: 2,
    mediaType: ociMediaTypes.manifest,
    config: { mediaType: ociMediaTypes.config, digest: encoded.digest, size: encoded.bytes.length },
    layers: [layer]
  } as const
  const manifest = encodeDocument(document)
  await writeBlob(context.content, manifest.bytes, manifest.digest, job.options)
  const descriptor = { mediaType: ociMediaTypes.manifest, digest: manifest.digest, size: manifest.bytes.length }
  return recordImage(
    context.state,
    job.name,
    imageRecord({ manifest: descriptor, document, config, layerSizes: [size] })
  )
}

async function storeLayer({ content }: StoreContext, { tar, options }: ImportJob): Promise<Descriptor> {
  const { signal } = options
  const ingest = await content.ingest({ ref: `import/${randomUUID()}` }, { signal })
  if (ingest === undefined) throw new EngineError('internal', 'the content store took an unknown blob for a known one')
  try {
    const start: number[] = []
    for await (const chunk of tar) {
      if (signal?.aborted === true) throw abortedError(signal)
      if (start.length < 4) start.push(...chunk.subarray(0, 4 - start.length))
      await ingest.write(chunk)
    }
    if (start.length === 0) throw new EngineError('invalid-argument', 'the archive to import is empty')
    return layerDescriptor(await ingest.commit(), start)
  } catch (error) {
    await ingest.abort()
    throw error
  }
}

function layerDescriptor({ digest, size }: BlobInfo, start: readonly number[]): Descriptor {
  const begins = (...bytes: readonly number[]): boolean => bytes.every((byte, at) => start[at] === byte)
  const mediaType = begins(0x1f, 0x8b)
    ? ociMediaTypes.layerGzip
    : begins(0x28, 0xb5, 0x2f, 0xfd)
      ? ociMediaTypes.layerZstd
      : ociMediaTypes.layer
  return { mediaType, digest, size }
}

// The name of the layer is known only when it is unpacked, so the work has a key of its own.
async function unpack(
  { snapshotter, differ }: StoreContext,
  layer: Descriptor,
  options: ProgressOptions<PullProgress>
): Promise<{ readonly diffId: Digest; readonly size: number }> {
  const key = `${unpackPrefix}import-${randomUUID()}`
  const report = blobReporter(layer, 'layer', options.onProgress)
  report.phase('unpacking')
  const { signal } = options
  try {
    const mounts = await snapshotter.prepare(key, undefined, { signal })
    const applied = await differ.apply(layer, mounts, { signal })
    await commitOnce(snapshotter, applied.diffId, key)
    report.phase('done')
    return applied
  } catch (error) {
    await snapshotter.remove(key)
    throw error
  }
}

async function commitOnce(snapshotter: StoreContext['snapshotter'], name: string, key: string): Promise<void> {
  try {
    await snapshotter.commit(name, key)
  } catch (error) {
    if (!isEngineError(error, 'already-exists')) throw error
    await snapshotter.remove(key)
  }
}

function configOf({ request, run }: ImportJob, diffId: Digest): ImageConfig {
  const created = new Date().toISOString()
  const { os, architecture, variant } = request.platform ?? hostPlatform()
  const comment = request.message ?? 'imported from tarball'
  return {
    created,
    architecture,
    ...(variant === undefined ? {} : { variant }),
    os,
    config: run,
    rootfs: { type: 'layers', diff_ids: [diffId] },
    history: [{ created, created_by: `/bin/sh -c #(nop) ADD file:${digestHex(diffId)} in /`, comment }]
  }
}
