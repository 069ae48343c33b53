import { epochSeconds, rfc3339, sortedRecord } from '@runcible/api-schema'
import type { Image } from '@runcible/interface'
import { ago, humanSize } from '../../format/human.ts'

export interface ImageRow {
  readonly Repository: string
  readonly Tag: string
  readonly ID: string
}

/** What a template of `images` sees: a row for each name, by Podman's field names. */
export function imageRows(
  images: readonly Image[],
  { truncate, now }: { readonly truncate: boolean; readonly now: number }
): readonly ImageRow[] {
  return images.flatMap((image) => {
    const names = image.names.length > 0 ? image.names.map(splitName) : [{ repository: '<none>', tag: '<none>' }]
    const id = truncate ? image.id.slice(0, 12) : `sha256:${image.id}`
    const time = `${rfc3339(image.createdAt).replace('T', ' ').replace('Z', '')} +0000 UTC`
    return names.map(({ repository, tag }) => ({
      Repository: repository,
      Tag: tag,
      ID: id,
      Digest: image.manifest.digest,
      Created: ago(image.createdAt, now),
      CreatedSince: ago(image.createdAt, now),
      CreatedAt: time,
      CreatedTime: time,
      CreatedEpoch: epochSeconds(image.createdAt),
      Size: humanSize(image.size, { digits: 3, space: ' ' }),
      VirtualSize: humanSize(image.size, { digits: 3, space: ' ' }),
      Labels: sortedRecord(image.labels),
      Names: image.names,
      RepoTags: image.names,
      RepoDigests: image.digests,
      Dangling: image.names.length === 0
    }))
  })
}

function splitName(name: string): { readonly repository: string; readonly tag: string } {
  const at = name.indexOf('@')
  if (at >= 0) return { repository: name.slice(0, at), tag: '<none>' }
  const colon = name.lastIndexOf(':')
  return colon > name.lastIndexOf('/')
    ? { repository: name.slice(0, colon), tag: name.slice(colon + 1) }
    : { repository: name, tag: '<none>' }
}
