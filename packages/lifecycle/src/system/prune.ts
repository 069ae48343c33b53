import type { CallOptions, SystemPruneReport, SystemPruneRequest } from '@runcible/interface'
import { checkFilters } from '../containers/filters.ts'
import { pruneContainers } from '../containers/prune.ts'
import type { ReconcileParts } from '../containers/reconcile.ts'
import { pruneImages } from '../images/prune.ts'
import { localNetworks } from '../networks/networks.ts'
import type { Parts } from '../settings.ts'
import { localVolumesFacade } from '../volumes/volumes.ts'
import { diskUsage } from './disk-usage.ts'

type PruneParts = ReconcileParts & Pick<Parts, 'images' | 'manifests' | 'rootfs'>

/** Containers first: they hold images, networks and volumes. */
export async function pruneSystem(parts: PruneParts, request: SystemPruneRequest = {}): Promise<SystemPruneReport> {
  const { all = false, volumes = false, filters = {}, ...options } = request
  checkFilters(filters, ['label', 'label!', 'until'])
  const before = await bytesUsed(parts, options)
  const wanted = { ...options, filters }
  const removed = {
    containers: await pruneContainers(parts, wanted),
    networks: await localNetworks(parts).prune(wanted),
    images: await pruneImages(parts, { ...wanted, all }),
    volumes: volumes ? await localVolumesFacade(parts).prune(wanted) : []
  }
  const isUnchanged = removed.containers.length + removed.images.length + removed.volumes.length === 0
  return { ...removed, reclaimed: isUnchanged ? 0 : Math.max(0, before - (await bytesUsed(parts, options))) }
}

async function bytesUsed(parts: PruneParts, options: CallOptions): Promise<number> {
  const { layersSize, containers, volumes } = await diskUsage(parts, options)
  return [...containers, ...volumes].reduce((total, { size }) => total + size, layersSize)
}
