import type { CallOptions, ContainerRecord, DiskUsage, Image, ImageUsage, VolumeUsage } from '@runcible/interface'
import { chainIds } from '@runcible/oci-spec'
import { listContainers } from '../containers/list.ts'
import type { ReconcileParts } from '../containers/reconcile.ts'
import type { Parts } from '../settings.ts'
import { directorySize } from './directory-size.ts'

type UsageParts = ReconcileParts & Pick<Parts, 'images'>
type Sizes = ReadonlyMap<string, number>

/** Measures everything that is kept. What goes while it is measured counts nothing. */
export async function diskUsage(parts: UsageParts, options: CallOptions = {}): Promise<DiskUsage> {
  const images = await parts.images.list(options)
  const records = parts.state.containers.list()
  const sizes = await layerSizes(parts, images, options)
  const inUse = new Set(
    images
      .filter(({ id }) => records.some(({ config }) => config.image.id === id))
      .flatMap(({ diffIds }) => chainIds(diffIds) as readonly string[])
  )
  const sum = (chains: Iterable<string>) => [...chains].reduce((total, chain) => total + (sizes.get(chain) ?? 0), 0)
  return {
    images: imageUsages(images, records, sizes),
    layersSize: sum(sizes.keys()),
    layersReclaimable: sum([...sizes.keys()].filter((chain) => !inUse.has(chain))),
    containers: await containerUsages(parts, options),
    volumes: await volumeUsages(parts, records, options)
  }
}

async function layerSizes({ snapshotter }: UsageParts, images: readonly Image[], options: CallOptions): Promise<Sizes> {
  const sizes = new Map<string, number>()
  for (const chain of new Set(images.flatMap(({ diffIds }) => chainIds(diffIds))))
    sizes.set(chain, (await snapshotter.usage(chain, options).catch(gone(options)))?.size ?? 0)
  return sizes
}

function imageUsages(
  images: readonly Image[],
  containers: readonly ContainerRecord[],
  sizes: Sizes
): readonly ImageUsage[] {
  const users = new Map<string, number>()
  for (const { diffIds } of images) for (const chain of chainIds(diffIds)) users.set(chain, (users.get(chain) ?? 0) + 1)
  return images.map((image) => {
    const bytes = { size: 0, sharedSize: 0, uniqueSize: 0 }
    for (const chain of chainIds(image.diffIds)) {
      const size = sizes.get(chain) ?? 0
      bytes.size += size
      bytes[users.get(chain) === 1 ? 'uniqueSize' : 'sharedSize'] += size
    }
    return { image, ...bytes, containers: containers.filter(({ config }) => config.image.id === image.id).length }
  })
}

async function containerUsages(parts: UsageParts, options: CallOptions): Promise<DiskUsage['containers']> {
  const containers = await listContainers(parts, { all: true })
  return Promise.all(
    containers.map(async (container) => {
      const usage = await parts.snapshotter.usage(container.id, options).catch(gone(options))
      const volumes = container.config.mounts.filter(({ type }) => type === 'volume').length
      return { container, size: usage?.size ?? 0, volumes }
    })
  )
}

async function volumeUsages(
  { volumes }: UsageParts,
  containers: readonly ContainerRecord[],
  options: CallOptions
): Promise<readonly VolumeUsage[]> {
  const all = await volumes.list()
  return Promise.all(
    all.map(async ({ name, mountpoint }) => ({
      name,
      size: await directorySize(mountpoint, options.signal),
      links: containers.filter(({ config }) =>
        config.mounts.some((mount) => mount.type === 'volume' && mount.source === name)
      ).length
    }))
  )
}

const gone =
  ({ signal }: CallOptions) =>
  (error: unknown): undefined => {
    if (signal?.aborted === true) throw error
  }
