import { EngineError } from '@runcible/interface'
import {
  type Descriptor,
  digestOf,
  dockerMediaTypes,
  isDockerMediaType,
  isNondistributableLayer,
  type JsonObject,
  jsonLimits,
  type LayerCompression,
  layerCompression,
  ociMediaTypes,
  parseJson
} from '@runcible/oci-spec'
import type { FetchedManifest } from './registry/manifests.ts'

export type ManifestKind = 'oci' | 'docker'

export const kindOfManifest = ({ mediaType }: Pick<FetchedManifest, 'mediaType'>): ManifestKind =>
  isDockerMediaType(mediaType) ? 'docker' : 'oci'

const layerTypes: Readonly<Record<ManifestKind, Readonly<Record<LayerCompression, string>>>> = {
  oci: { none: ociMediaTypes.layer, gzip: ociMediaTypes.layerGzip, zstd: ociMediaTypes.layerZstd },
  docker: { none: dockerMediaTypes.layer, gzip: dockerMediaTypes.layerGzip, zstd: dockerMediaTypes.layerZstd }
}
const foreignTypes: Readonly<Record<ManifestKind, Readonly<Record<LayerCompression, string | undefined>>>> = {
  oci: {
    none: ociMediaTypes.layerNondistributable,
    gzip: ociMediaTypes.layerNondistributableGzip,
    zstd: ociMediaTypes.layerNondistributableZstd
  },
  docker: { none: dockerMediaTypes.layerForeign, gzip: dockerMediaTypes.layerForeignGzip, zstd: undefined }
}

/**
 * The media type of a layer in a manifest of that kind.
 *
 * @throws EngineError `unsupported` for zstd in Docker's manifests, which know gzip alone.
 */
export function layerTypeIn(kind: ManifestKind, mediaType: string, packing: LayerCompression): string {
  const unchanged = isDockerMediaType(mediaType) === (kind === 'docker') && layerCompression(mediaType) === packing
  if (unchanged) return mediaType
  const type = isNondistributableLayer(mediaType) ? foreignTypes[kind][packing] : layerTypes[kind][packing]
  if (type !== undefined && (kind === 'oci' || packing !== 'zstd')) return type
  throw new EngineError('unsupported', "Docker's image format has no layers packed with zstd", {
    hint: 'use the format oci, or compress the layers with gzip'
  })
}

export interface ConvertedParts {
  readonly kind: ManifestKind
  /** Media type, digest and size of each layer, lowest first. */
  readonly layers: readonly Pick<Descriptor, 'mediaType' | 'digest' | 'size'>[]
}

// They describe the bytes of the packed layer, which are others now.
const packingAnnotation =
  /^(?:io\.(?:github\.)?containers\.zstd-chunked\.|containerd\.io\/snapshot\/stargz\/|io\.containers\.estargz\.)/

/** The manifest with other layers or of the other kind. What it says beside them stays, where the kind has a place for it. */
export function convertManifest(manifest: FetchedManifest, { kind, layers }: ConvertedParts): FetchedManifest {
  const old = parseJson(manifest.bytes, jsonLimits.manifest) as JsonObject
  const oldLayers = old['layers'] as readonly JsonObject[]
  const mediaType = kind === 'oci' ? ociMediaTypes.manifest : dockerMediaTypes.manifest
  const configType = kind === 'oci' ? ociMediaTypes.config : dockerMediaTypes.config
  const kept = kind === 'oci' ? old : { schemaVersion: 2 }
  const document = {
    ...kept,
    mediaType,
    config: convertedDescriptor(kind, old['config'] as JsonObject, { mediaType: configType }),
    layers: layers.map((layer, at) => convertedDescriptor(kind, oldLayers[at] ?? {}, layer))
  }
  return encoded(document, mediaType)
}

function convertedDescriptor(kind: ManifestKind, old: JsonObject, now: Partial<Descriptor>): object {
  const {
    annotations,
    data: _data,
    ...rest
  } = old as JsonObject & { readonly annotations?: Readonly<Record<string, string>> }
  const changed = now.digest !== undefined && now.digest !== old['digest']
  const kept = Object.entries(annotations ?? {}).filter(([key]) => !changed || !packingAnnotation.test(key))
  const notes = kind === 'docker' || kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }
  return { ...rest, ...now, ...notes }
}

/** The index with other manifests, and of the other kind where that is asked for. */
export function convertIndex(
  index: FetchedManifest,
  kind: ManifestKind,
  manifests: readonly Pick<Descriptor, 'mediaType' | 'digest' | 'size'>[]
): FetchedManifest {
  const old = parseJson(index.bytes, jsonLimits.manifest) as JsonObject
  const entries = old['manifests'] as readonly JsonObject[]
  const mediaType = kind === 'oci' ? ociMediaTypes.index : dockerMediaTypes.manifestList
  const kept = kind === 'oci' ? old : { schemaVersion: 2 }
  const list = manifests.map((entry, at) => convertedDescriptor(kind, entries[at] ?? {}, entry))
  return encoded({ ...kept, mediaType, manifests: list }, mediaType)
}

function encoded(document: object, mediaType: string): FetchedManifest {
  const bytes = Buffer.from(JSON.stringify(document))
  return { bytes, mediaType, digest: digestOf(bytes) }
}
