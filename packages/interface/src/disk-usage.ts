import type { ContainerSummary } from './container.ts'
import type { Image } from './image.ts'

/** Bytes are those on disk. */
export interface ImageUsage {
  readonly image: Image
  /** Of all its layers. */
  readonly size: number
  /** Of those that other images have too. */
  readonly sharedSize: number
  readonly uniqueSize: number
  /** How many containers were made from it. */
  readonly containers: number
}

export interface ContainerUsage {
  readonly container: ContainerSummary
  /** Of what it wrote above its image. */
  readonly size: number
  /** Volumes that it uses. */
  readonly volumes: number
}

export interface VolumeUsage {
  readonly name: string
  readonly size: number
  /** Containers that use it. */
  readonly links: number
}

/** What is kept, and what it takes. */
export interface DiskUsage {
  readonly images: readonly ImageUsage[]
  /** Of all layers of all images, each counted once. */
  readonly layersSize: number
  /** Of the layers that no container stands on. */
  readonly layersReclaimable: number
  readonly containers: readonly ContainerUsage[]
  readonly volumes: readonly VolumeUsage[]
}
