import type { Image, ImageSummary } from '@runcible/interface'
import { sortedRecord, withOptional } from '../record.ts'
import { epochSeconds, rfc3339 } from '../time.ts'

/** One entry of libpod's image list. */
export interface ListImage {
  readonly Id: string
  readonly ParentId: string
  readonly RepoTags: readonly string[]
  readonly RepoDigests: readonly string[]
  readonly Size: number
  readonly SharedSize: number
  readonly VirtualSize: number
  readonly Labels: Readonly<Record<string, string>>
  /** How many containers are made from it. */
  readonly Containers: number
  readonly Names: readonly string[]
  readonly Digest: string
  readonly Created: number
  readonly CreatedAt: string
}

/** An entry of the list that libpod serves. */
export function listImage(image: Image & Partial<ImageSummary>, containers: number): ListImage {
  return {
    Id: image.id,
    ParentId: image.parent ?? '',
    RepoTags: image.names,
    RepoDigests: image.digests,
    Size: image.size,
    SharedSize: 0,
    VirtualSize: image.size,
    Labels: sortedRecord(image.labels),
    Containers: containers,
    Names: image.names,
    Digest: image.manifest.digest,
    Created: epochSeconds(image.createdAt),
    CreatedAt: rfc3339(image.createdAt)
  }
}

/** An entry of the list that `podman images --format json` prints: as served, with `null` and nothing for what is empty. */
export function printImage(image: ImageSummary, containers: number): object {
  const { Labels, Containers, Names, Digest, Created, CreatedAt, ...rest } = listImage(image, containers)
  const dangling = image.names.length === 0
  return withOptional(
    {
      ...rest,
      RepoTags: null,
      Labels: Object.keys(Labels).length === 0 ? null : Labels,
      Containers,
      Names,
      Dangling: dangling,
      Digest,
      History: image.nameHistory ?? image.names,
      Created,
      CreatedAt: CreatedAt.replace(/\.\d+/, '')
    },
    { Names: !dangling, Dangling: dangling, History: image.isManifestList !== true }
  )
}
