import type { ProgressOptions, PullProgress } from '@runcible/interface'
import { chainIds, type Descriptor, type Digest } from '@runcible/oci-spec'
import type { StoreContext } from './init.ts'
import { semaphore } from './semaphore.ts'
import { blobReporter } from './throttle.ts'
import type { ImageSource } from './transport/image-source.ts'
import { layerSize, unpackLayer } from './unpack.ts'

export interface FetchLayersRequest {
  readonly source: ImageSource
  readonly layers: readonly Descriptor[]
  readonly diffIds: readonly Digest[]
  /** Ends the work of all layers when one has failed. */
  readonly failed: AbortController
}

/**
 * Downloads layers side by side and unpacks each as soon as it and all below it are there. Layers that are unpacked
 * already are neither downloaded nor unpacked. Returns the sizes in bytes.
 */
export async function fetchLayers(
  context: StoreContext,
  request: FetchLayersRequest,
  options: ProgressOptions<PullProgress>
): Promise<readonly number[]> {
  const chains = chainIds(request.diffIds)
  const present = await countPresent(context, chains)
  for (const layer of request.layers.slice(0, present)) blobReporter(layer, 'layer', options.onProgress).phase('exists')
  const sizes = chains
    .slice(0, present)
    .map((chainId, at) => layerSize(context, { chainId, diffId: request.diffIds[at] as Digest }, options))
  const inTurn = semaphore(context.init.parallelDownloads ?? 3)
  const downloads = request.layers
    .slice(present)
    .map((layer) => startDownload(context, request, layer, inTurn, options))
  const unpacked = unpackInOrder(context, request, { chains, present, downloads }, options)
  const kept = request.source.transport === 'docker' ? [] : keepBlobs(context, request, present, options)
  const steps: readonly Promise<unknown>[] = [...sizes, ...downloads, unpacked, ...kept]
  for (const step of steps) step.catch((error) => request.failed.abort(error))
  // Nothing may go on behind the caller's back: every step has ended before the failure is reported.
  await Promise.allSettled(steps)
  // What the other steps say after that is only that they were ended.
  if (request.failed.signal.aborted) throw request.failed.signal.reason
  return [...(await Promise.all(sizes)), ...(await unpacked)]
}

/**
 * The blobs of layers that are unpacked already. A registry will still have them when a push or save wants them; an
 * archive may be gone by then.
 */
function keepBlobs(
  { content }: StoreContext,
  { source, layers }: FetchLayersRequest,
  present: number,
  options: ProgressOptions<PullProgress>
): readonly Promise<unknown>[] {
  return layers.slice(0, present).map((descriptor) => source.download({ descriptor, content }, options))
}

// From the bottom up: after a crash of the machine one below others may be in doubt.
async function countPresent({ snapshotter }: StoreContext, chains: readonly Digest[]): Promise<number> {
  let count = 0
  for (const chain of chains) {
    const layer = await snapshotter.stat(chain)
    if (layer === undefined || layer.unverified === true) return count
    count++
  }
  return count
}

function startDownload(
  context: StoreContext,
  request: FetchLayersRequest,
  layer: Descriptor,
  inTurn: ReturnType<typeof semaphore>,
  options: ProgressOptions<PullProgress>
): Promise<void> {
  const report = blobReporter(layer, 'layer', options.onProgress)
  report.phase('waiting')
  return inTurn(async () => {
    const onBytes = (current: number): void => report.bytes('downloading', current)
    await request.source.download({ descriptor: layer, content: context.content, onBytes }, options)
    report.phase('verified')
  })
}

interface UnpackPlan {
  readonly chains: readonly Digest[]
  readonly present: number
  readonly downloads: readonly Promise<void>[]
}

async function unpackInOrder(
  context: StoreContext,
  request: FetchLayersRequest,
  { chains, present, downloads }: UnpackPlan,
  options: ProgressOptions<PullProgress>
): Promise<readonly number[]> {
  const sizes: number[] = []
  for (const [at, download] of downloads.entries()) {
    await download
    const index = present + at
    const layer = request.layers[index] as Descriptor
    const report = blobReporter(layer, 'layer', options.onProgress)
    report.phase('unpacking')
    const one = {
      layer,
      diffId: request.diffIds[index] as Digest,
      chainId: chains[index] as Digest,
      parent: chains[index - 1]
    }
    sizes.push(await unpackLayer(context, one, { signal: options.signal }))
    report.phase('done')
  }
  return sizes
}
