import type { Image, ResolvedImage } from '@runcible/interface'
import { sortedRecord } from '../record.ts'
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

export function listImage(image: Image, containers: number): ListImage {
  return {
    Id: image.id,
    ParentId: '',
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

/** What libpod prints of one image. */
export function inspectImage(image: ResolvedImage): object {
  const { imageConfig } = image
  const config = imageConfig.config ?? {}
  const map = (name: 'ExposedPorts' | 'Volumes' | 'Labels'): object =>
    config[name] === undefined ? {} : { [name]: sortedRecord<unknown>(config[name]) }
  const labels = sortedRecord(config.Labels ?? {})
  return {
    Id: image.id,
    Digest: image.manifest.digest,
    RepoTags: image.names,
    RepoDigests: image.digests,
    Parent: '',
    Comment: imageConfig.history?.at(-1)?.comment ?? '',
    Created: imageConfig.created ?? rfc3339(image.createdAt),
    Config: { ...config, ...map('ExposedPorts'), ...map('Volumes'), ...map('Labels') },
    Version: '',
    Author: imageConfig.author ?? '',
    Architecture: imageConfig.architecture,
    Os: imageConfig.os,
    Size: image.size,
    VirtualSize: image.size,
    RootFS: { Type: 'layers', Layers: image.diffIds },
    Labels: labels,
    Annotations: {},
    ManifestType: image.manifest.mediaType,
    User: config.User ?? '',
    History: imageConfig.history ?? [],
    NamesHistory: image.names
  }
}
