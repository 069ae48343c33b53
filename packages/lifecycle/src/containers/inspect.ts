import { EngineError, isEngineError, type CallOptions, type ContainerDetails } from '@runcible/interface'
import { findContainer } from '../resolve-name.ts'
import { containerLock } from '../lock-names.ts'
import { withContainer } from '../with-container.ts'
import { summary } from './list.ts'
import type { ReconcileParts } from './reconcile.ts'
import type { Parts } from '../settings.ts'

export type InspectParts = ReconcileParts & Pick<Parts, 'images'>

/** Everything about one container. */
export async function inspectContainer(
  parts: InspectParts,
  name: string,
  options: CallOptions & { readonly size?: boolean } = {}
) {
  const found = findContainer(parts.state, name)
  // Whoever holds the lock is changing the container: what is recorded is as good an answer as any later one.
  const record = parts.state.isLocked(containerLock(found.id))
    ? found
    : await withContainer(parts, found.id, options, (container) => container)
  const details: ContainerDetails = {
    ...summary(record),
    rootfs: await mountsOf(parts, record.id),
    imageName: record.config.image.name
  }
  if (!options.size) return details
  return { ...details, size: await sizeOf(parts, record.id, record.config.image.id, options) }
}

async function mountsOf(parts: InspectParts, id: string) {
  try {
    return await parts.snapshotter.mounts(id)
  } catch (error) {
    if (isEngineError(error, 'not-found')) return []
    throw error
  }
}

async function sizeOf(parts: InspectParts, id: string, imageId: string, options: CallOptions) {
  const { size: rw } = await parts.snapshotter.usage(id, options)
  const image = await parts.images.get(imageId)
  return { rw, rootfs: rw + (image?.size ?? 0) }
}

/** Whether there is such a container; a prefix that fits several counts as one. */
export function containerExists(parts: Pick<Parts, 'state'>, name: string): boolean {
  try {
    findContainer(parts.state, name)
    return true
  } catch (error) {
    if (error instanceof EngineError && error.code === 'not-found') return false
    throw error
  }
}
