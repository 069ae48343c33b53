import { type CallOptions, isEngineError, type ProgressOptions } from '@runcible/interface'
import type { Descriptor, Digest } from '@runcible/oci-spec'
import { unpackPrefix } from './collect.ts'
import type { StoreContext } from './init.ts'

export interface UnpackRequest {
  readonly layer: Descriptor
  readonly diffId: Digest
  /** Name of the finished layer. */
  readonly chainId: Digest
  /** Chain id of the layer below. */
  readonly parent: Digest | undefined
}

/**
 * Turns a blob into a committed layer. The work is done once: whoever comes second, in this process or another, waits
 * and finds the layer. Returns the size of the unpacked layer in bytes.
 */
export async function unpackLayer(
  context: StoreContext,
  request: UnpackRequest,
  options: ProgressOptions<{ readonly bytes: number }> = {}
): Promise<number> {
  const { snapshotter, state } = context
  const { chainId } = request
  await using _lock = await state.lock(`layer/${chainId}`, options)
  const here = await snapshotter.stat(chainId)
  if (here !== undefined && here.unverified !== true) return await layerSize(context, request, options)
  const key = `${unpackPrefix}${chainId}`
  // Under the lock, a snapshot of that key can only be left from a process that died.
  await snapshotter.remove(key)
  try {
    const mounts = await snapshotter.prepare(key, request.parent, options)
    const applied = await context.differ.apply(request.layer, mounts, { ...options, diffId: request.diffId })
    if (here === undefined) await snapshotter.commit(chainId, key)
    else await snapshotter.replace?.(chainId, key)
    return applied.size
  } catch (error) {
    await snapshotter.remove(key)
    // A layer in doubt that something runs on stays as it is for now.
    const kept = isEngineError(error, 'in-use') && here !== undefined
    if (!kept && !isEngineError(error, 'already-exists')) throw error
    return await layerSize(context, request, options)
  }
}

/** Bytes of a layer that is here already: of its tar, if an image that has it knows, else what it takes on the disk. */
export async function layerSize(
  { snapshotter, state }: StoreContext,
  { chainId, diffId }: Pick<UnpackRequest, 'chainId' | 'diffId'>,
  options: CallOptions = {}
): Promise<number> {
  for (const { diffIds, layerSizes } of state.images.list()) {
    const size = layerSizes?.[diffIds.indexOf(diffId)]
    if (size !== undefined) return size
  }
  return (await snapshotter.usage(chainId, options)).size
}
