import { epochSeconds, rfc3339, sortedRecord } from '@runcible/api-schema'
import type { ImageSummary } from '@runcible/interface'
import { ago, humanSize } from '../../format/human.ts'

export interface ImageRow {
  readonly Repository: string
  readonly Tag: string
  readonly ID: string
}

export interface ImageRowOptions {
  readonly truncate: boolean
  readonly now: number
  /** How many containers are made from an image. */
  readonly containers: (id: string) => number
}

/** What a template of `images` sees: a row for each name, by Podman's field names. */
export function imageRows(
  images: readonly ImageSummary[],
  { truncate, now, containers }: ImageRowOptions
): readonly ImageRow[] {
  return images.flatMap((image) => {
    const names = image.names.length > 0 ? image.names.map(splitName) : [{ repository: '<none>', tag: '<none>' }]
    const id = truncate ? image.id.slice(0, 12) : `sha256:${image.id}`
    const time = `${rfc3339(Math.trunc(image.createdAt / 1000) * 1000)
      .replace('T', ' ')
      .replace('Z', '')} +0000 UTC`
    return names.map(({ repository, tag }) => ({
      Repository: repository,
      Tag: tag,
      ID: id,
      Id: image.id,
      ParentId: image.parent ?? '',
      Digest: image.manifest.digest,
      Created: ago(image.createdAt, now),
      CreatedSince: ago(image.createdAt, now),
      CreatedAt: time,
      CreatedTime: time,
      CreatedEpoch: epochSeconds(image.createdAt),
      Size: humanSize(image.size, { digits: 3, space: ' ' }),
      VirtualSize: image.size,
      SharedSize: 0,
      Containers: containers(image.id),
      Labels: sortedRecord(image.labels),
      Names: image.names,
      History: (image.nameHistory ?? image.names).join(', '),
      RepoTags: image.names,
      RepoDigests: image.digests,
      Dangling: image.names.length === 0,
      IsDangling: image.names.length === 0,
      IsManifestList: image.isManifestList ?? false,
      IsReadOnly: false,
      ReadOnly: false
    }))
  })
}

export function splitName(name: string): { readonly repository: string; readonly tag: string } {
  const at = name.indexOf('@')
  if (at >= 0) return { repository: name.slice(0, at), tag: '<none>' }
  const colon = name.lastIndexOf(':')
  return colon > name.lastIndexOf('/')
    ? { repository: name.slice(0, colon), tag: name.slice(colon + 1) }
    : { repository: name, tag: '<none>' }
}
