/** Media types of the OCI image specification 1.1, "Media types". */
export const ociMediaTypes = {
  descriptor: 'application/vnd.oci.descriptor.v1+json',
  layoutHeader: 'application/vnd.oci.layout.header.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  empty: 'application/vnd.oci.empty.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
  layerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  layerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  layerNondistributable: 'application/vnd.oci.image.layer.nondistributable.v1.tar',
  layerNondistributableGzip: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
  layerNondistributableZstd: 'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd'
} as const

/** Media types of Docker's image manifest version 2, schema 2 (and of schema 1, which is only recognised). */
export const dockerMediaTypes = {
  manifestList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  manifestSchema1: 'application/vnd.docker.distribution.manifest.v1+json',
  manifestSchema1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar',
  layerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  layerZstd: 'application/vnd.docker.image.rootfs.diff.tar.zstd',
  layerForeign: 'application/vnd.docker.image.rootfs.foreign.diff.tar',
  layerForeignGzip: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip'
} as const

/** How the tar stream of a layer is packed. */
export type LayerCompression = 'none' | 'gzip' | 'zstd'

const compressions = new Map<string, LayerCompression>([
  [ociMediaTypes.layer, 'none'],
  [ociMediaTypes.layerGzip, 'gzip'],
  [ociMediaTypes.layerZstd, 'zstd'],
  [ociMediaTypes.layerNondistributable, 'none'],
  [ociMediaTypes.layerNondistributableGzip, 'gzip'],
  [ociMediaTypes.layerNondistributableZstd, 'zstd'],
  [dockerMediaTypes.layer, 'none'],
  [dockerMediaTypes.layerGzip, 'gzip'],
  [dockerMediaTypes.layerZstd, 'zstd'],
  [dockerMediaTypes.layerForeign, 'none'],
  [dockerMediaTypes.layerForeignGzip, 'gzip']
])

const nondistributable = new Set<string>([
  ociMediaTypes.layerNondistributable,
  ociMediaTypes.layerNondistributableGzip,
  ociMediaTypes.layerNondistributableZstd,
  dockerMediaTypes.layerForeign,
  dockerMediaTypes.layerForeignGzip
])

/** How a layer of this media type is packed; `undefined` when it is not a file system layer. */
export function layerCompression(mediaType: string): LayerCompression | undefined {
  return compressions.get(mediaType)
}

/** True for a file system layer, OCI or Docker. */
export function isLayerMediaType(mediaType: string): boolean {
  return compressions.has(mediaType)
}

/** True for a layer that its registry may not hold (OCI "nondistributable", Docker "foreign"). */
export function isNondistributableLayer(mediaType: string): boolean {
  return nondistributable.has(mediaType)
}

/** True for an image manifest: OCI, or Docker schema 2. */
export function isManifestMediaType(mediaType: string): boolean {
  return mediaType === ociMediaTypes.manifest || mediaType === dockerMediaTypes.manifest
}

/** True for an OCI image index or a Docker manifest list. */
export function isIndexMediaType(mediaType: string): boolean {
  return mediaType === ociMediaTypes.index || mediaType === dockerMediaTypes.manifestList
}

/** True for an image configuration, OCI or Docker. */
export function isConfigMediaType(mediaType: string): boolean {
  return mediaType === ociMediaTypes.config || mediaType === dockerMediaTypes.config
}

/** True for Docker's schema 1 manifests, which are refused. */
export function isSchema1MediaType(mediaType: string): boolean {
  return mediaType === dockerMediaTypes.manifestSchema1 || mediaType === dockerMediaTypes.manifestSchema1Signed
}

/** True for every Docker media type of {@link dockerMediaTypes}. */
export function isDockerMediaType(mediaType: string): boolean {
  return mediaType.startsWith('application/vnd.docker.')
}

/** What to send as `Accept` when asking a registry for a manifest, in order of preference. */
export const manifestAccept: readonly string[] = [
  ociMediaTypes.index,
  dockerMediaTypes.manifestList,
  ociMediaTypes.manifest,
  dockerMediaTypes.manifest
]
