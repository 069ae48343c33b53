import type { CommitImageRequest } from '@runcible/interface'
import {
  type Descriptor,
  type Digest,
  dockerMediaTypes,
  type ImageConfig,
  type ImageHistory,
  type ImageRunConfig,
  layerCompression,
  ociMediaTypes
} from '@runcible/oci-spec'

export interface CommitConfigInput {
  readonly request: CommitImageRequest
  readonly run: ImageRunConfig
  readonly base: ImageConfig
  readonly diffIds: readonly Digest[]
  /** RFC 3339. */
  readonly created: string
}

/** The config of a committed image. Docker's form also tells the container and the comment. */
export function commitConfig({ request, run, base, diffIds, created }: CommitConfigInput): ImageConfig {
  const { author, message, format, squash } = request
  const { architecture, variant, os } = base
  const said = author === undefined ? {} : { author }
  const step: ImageHistory = { created, created_by: '/bin/sh', ...said, comment: `FROM ${request.baseName}` }
  const before = squash === true ? [] : historyOf(base)
  return {
    created,
    ...said,
    architecture,
    ...(variant === undefined ? {} : { variant }),
    os,
    ...(base['os.version'] === undefined ? {} : { 'os.version': base['os.version'] }),
    ...(base['os.features'] === undefined ? {} : { 'os.features': base['os.features'] }),
    config: run,
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: [...before, step],
    ...(format === 'docker' ? { container: request.containerId } : {}),
    ...(message === undefined ? {} : { comment: message })
  }
}

// A history is optional, but one that is there has a step for each layer.
function historyOf({ history = [], rootfs }: ImageConfig): readonly ImageHistory[] {
  const steps = history.filter((step) => step.empty_layer !== true).length
  return [...history, ...rootfs.diff_ids.slice(steps).map(() => ({}))]
}

/** The same layer as a manifest of this format names it. */
export function layerIn(format: 'oci' | 'docker', layer: Descriptor): Descriptor {
  const compression = layerCompression(layer.mediaType)
  if (compression === undefined) return layer
  const types = {
    oci: { none: ociMediaTypes.layer, gzip: ociMediaTypes.layerGzip, zstd: ociMediaTypes.layerZstd },
    docker: { none: dockerMediaTypes.layer, gzip: dockerMediaTypes.layerGzip, zstd: dockerMediaTypes.layerZstd }
  }
  return { ...layer, mediaType: types[format][compression] }
}
