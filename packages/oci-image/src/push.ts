import {
  type ContentStore,
  EngineError,
  type ImageRecord,
  isEngineError,
  type ProgressOptions,
  type PushProgress,
  type TransferRequest
} from '@runcible/interface'
import {
  type Descriptor,
  type Digest,
  isNondistributableLayer,
  jsonLimits,
  parseJson,
  parseManifest
} from '@runcible/oci-spec'
import { readBlob } from './blobs.ts'
import { type Endpoint, pullEndpoints, pushEndpoint } from './endpoints.ts'
import { type FoundImage, nameRepository, namesOf, requireImage } from './find-image.ts'
import type { StoreContext } from './init.ts'
import { takeLease } from './lease.ts'
import { openRegistry } from './open-registry.ts'
import { formatReference, normalizeReference, type QualifiedReference, referenceTarget } from './reference.ts'
import { abortedError } from './registry/errors.ts'
import type { RegistryClient } from './registry/client.ts'
import { semaphore } from './semaphore.ts'
import { blobReporter } from './throttle.ts'

const GiB = 1024 ** 3

/** What is pushed: the record's manifest, or that of the name when the registry knows the image by another one. */
interface Pushed {
  readonly manifest: Descriptor
  readonly bytes: Uint8Array
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
}

interface PushJob {
  readonly reference: QualifiedReference
  readonly record: ImageRecord
  readonly pushed: Pushed
  readonly client: RegistryClient
  readonly options: ProgressOptions<PushProgress>
  /** Digest → a repository of the same registry that should have it. */
  readonly mounts: ReadonlyMap<Digest, string>
}

/** To a registry: layers side by side, then the config, then the manifest with the very bytes it has here. */
export async function pushImage(
  context: StoreContext,
  name: string,
  destination: string | undefined,
  request: TransferRequest = {},
  options: ProgressOptions<PushProgress> = {}
): Promise<Digest> {
  const found = requireImage(context, name)
  const reference = destinationOf(found, destination)
  const failed = new AbortController()
  const signal = options.signal === undefined ? failed.signal : AbortSignal.any([options.signal, failed.signal])
  if (signal.aborted) throw abortedError(signal)
  await using _lease = await takeLease(context.state, { signal })
  await using client = openRegistry(context.init, pushEndpoint(context.init, reference), request, {
    ...options,
    signal
  })
  const mounts = mountCandidates(context, reference)
  const pushed = await pushedManifest(context, found)
  const job: PushJob = { reference, record: found.record, pushed, client, options: { ...options, signal }, mounts }
  await pushBlobs(context, job, failed)
  await pushManifest(job)
  context.events?.publish({ type: 'image', action: 'push', id: found.record.id, name: formatReference(reference) })
  return pushed.manifest.digest
}

async function pushedManifest({ content }: StoreContext, { record, stored }: FoundImage): Promise<Pushed> {
  const own = stored?.digest
  if (own !== undefined && own !== record.manifest.digest && (await content.info(own)) !== undefined) {
    const bytes = await readBlob(content, own)
    const { config, layers, mediaType } = parseManifest(parseJson(bytes, jsonLimits.manifest))
    return {
      manifest: { mediaType: mediaType ?? record.manifest.mediaType, digest: own, size: bytes.length },
      bytes,
      config,
      layers
    }
  }
  const bytes = await readBlob(content, record.manifest.digest)
  return { manifest: record.manifest, bytes, config: record.config, layers: record.layers }
}

function destinationOf(found: FoundImage, destination: string | undefined): QualifiedReference {
  if (destination !== undefined) return normalizeReference(destination)
  if (found.stored !== undefined) return normalizeReference(found.stored.id)
  throw new EngineError(
    'invalid-argument',
    `image ${found.name.slice(0, 12)} was named by its id: a push needs a destination`,
    {
      hint: 'name the image, or give the destination as a second argument'
    }
  )
}

function mountCandidates({ state }: StoreContext, reference: QualifiedReference): ReadonlyMap<Digest, string> {
  const candidates = new Map<Digest, string>()
  const prefix = `${reference.registry}/`
  for (const { id, imageId } of state.imageNames.list()) {
    const repository = nameRepository(id).slice(prefix.length)
    if (!id.startsWith(prefix) || repository === reference.repository) continue
    for (const { digest } of state.images.get(imageId)?.layers ?? []) candidates.set(digest, repository)
  }
  return candidates
}

async function pushBlobs(context: StoreContext, job: PushJob, failed: AbortController): Promise<void> {
  const { layers, config } = job.pushed
  const inTurn = semaphore(context.init.parallelDownloads ?? 3)
  const distinct = [...new Map(layers.map((layer) => [layer.digest, layer])).values()]
  // A layer that its registry may not hold stays where its URLs say.
  const own = distinct.filter((layer) => !isNondistributableLayer(layer.mediaType))
  const pushes = [
    ...own.map((layer) => inTurn(() => pushBlob(context, job, layer, 'layer'))),
    inTurn(() => pushBlob(context, job, config, 'config'))
  ]
  for (const push of pushes) push.catch((error) => failed.abort(error))
  await Promise.allSettled(pushes)
  if (failed.signal.aborted) throw failed.signal.reason
}

async function pushBlob(
  context: StoreContext,
  job: PushJob,
  descriptor: Descriptor,
  kind: 'layer' | 'config'
): Promise<void> {
  const { client, reference, options } = job
  const report = blobReporter(descriptor, kind, options.onProgress)
  report.phase('waiting')
  const upload = () =>
    client.upload(reference.repository, {
      descriptor,
      read: (offset, length) =>
        readRange(context.content, descriptor.digest, { offset, length, signal: options.signal }),
      mountFrom: job.mounts.get(descriptor.digest),
      chunkSize: context.init.uploadChunkSize ?? GiB,
      onBytes: (current) => report.bytes('uploading', current)
    })
  if (
    (await context.content.info(descriptor.digest)) === undefined &&
    !(await client.hasBlob(reference.repository, descriptor))
  ) {
    await fetchBlob(context, job, descriptor)
  }
  const result = await upload()
  report.phase(result === 'uploaded' ? 'done' : result)
}

/**
 * A layer that was unpacked already when its image came was not downloaded: here it is wanted after all, and comes from
 * a registry that the image has a name of.
 */
export async function fetchBlob(
  context: StoreContext,
  { record, options }: { readonly record: ImageRecord; readonly options: ProgressOptions<PushProgress> },
  descriptor: Descriptor
): Promise<void> {
  let last: EngineError | undefined
  for (const name of namesOf(context.state, record.id)) {
    const reference = normalizeReference(name.id)
    if (reference.registry === 'localhost') continue
    const endpoint = pullEndpoints(context.init, reference).at(-1) as Endpoint
    await using client = openRegistry(context.init, endpoint, {}, options)
    try {
      await client.download(endpoint.repository, { descriptor, content: context.content })
      return
    } catch (error) {
      if (!isEngineError(error) || error.code === 'aborted') throw error
      last = error
    }
  }
  throw new EngineError(
    'not-found',
    `layer ${descriptor.digest} of image ${record.id.slice(0, 12)} is here in unpacked form only`,
    {
      subject: { kind: 'blob', name: descriptor.digest },
      hint: 'remove the image and pull it again',
      cause: last
    }
  )
}

async function* readRange(
  content: Pick<ContentStore, 'reader'>,
  digest: Digest,
  {
    offset,
    length,
    signal
  }: { readonly offset: number; readonly length: number; readonly signal: AbortSignal | undefined }
): AsyncIterable<Uint8Array> {
  let rest = length
  for await (const chunk of content.reader(digest, { offset, signal })) {
    yield chunk.length > rest ? chunk.subarray(0, rest) : chunk
    rest -= chunk.length
    if (rest <= 0) return
  }
}

async function pushManifest(job: PushJob): Promise<void> {
  const { manifest, bytes } = job.pushed
  const target = job.reference.digest === undefined ? referenceTarget(job.reference) : manifest.digest
  const report = blobReporter(manifest, 'manifest', job.options.onProgress)
  report.phase('uploading', 0)
  await job.client.putManifest(job.reference.repository, target, {
    bytes,
    mediaType: manifest.mediaType,
    digest: manifest.digest
  })
  report.phase('done')
}
