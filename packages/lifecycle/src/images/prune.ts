import { isEngineError, type CallOptions } from '@runcible/interface'
import type { Filters } from '../containers/filters.ts'
import type { ReconcileParts } from '../containers/reconcile.ts'
import type { Parts } from '../settings.ts'
import { imageFilter } from './filters.ts'
import { withParents } from './lineage.ts'
import { removeImage } from './remove.ts'

interface PruneOptions extends CallOptions {
  readonly all?: boolean
  readonly filters?: Filters
}

/** Removes images that nothing needs: no container, and unless `all` no name. Returns their ids. */
export async function pruneImages(
  parts: ReconcileParts & Pick<Parts, 'images' | 'manifests' | 'rootfs'>,
  { all = false, filters = {}, ...options }: PruneOptions = {}
): Promise<readonly string[]> {
  const removed = new Set<string>()
  const images = await withParents(parts.images, await parts.images.list(options))
  const containers = parts.state.containers.list()
  const passes = imageFilter(filters, { all: images, containers })
  const used = new Set(containers.map(({ config }) => config.image.id))
  const unused = images.filter(
    (image) => !used.has(image.id) && !image.intermediate && (all || image.names.length === 0) && passes(image)
  )
  for (const image of unused) {
    // Gone already when the one before was made from it.
    if (removed.has(image.id)) continue
    const names = image.names.length > 0 ? image.names : [image.id]
    for (const name of names) for (const id of await removeUnused(parts, name, options)) removed.add(id)
  }
  await parts.snapshotter.cleanTrash?.()
  return [...removed]
}

/** Somebody else may have removed it in the meantime, or made a container of it. */
async function removeUnused(
  parts: Parameters<typeof removeImage>[0],
  name: string,
  options: CallOptions
): Promise<readonly string[]> {
  try {
    return (await removeImage(parts, name, options)).deleted
  } catch (error) {
    if (isEngineError(error, 'not-found') || isEngineError(error, 'in-use')) return []
    throw error
  }
}
