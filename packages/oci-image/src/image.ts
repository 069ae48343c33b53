import { type CallOptions, EngineError } from '@runcible/interface'
import {
  type Descriptor,
  type Digest,
  hostPlatform,
  type ImageConfig,
  type ImageHistory,
  isConfigMediaType,
  isIndexMediaType,
  jsonLimits,
  type Manifest,
  normalizePlatform,
  parseImageConfig,
  parseIndex,
  parseJson,
  parseManifest,
  type Platform
} from '@runcible/oci-spec'
import { choosePlatform } from './choose-platform.ts'
import { deepFreeze } from './deep-freeze.ts'
import { imageLayer, type ImageLayer } from './layer.ts'
import type { FetchedManifest } from './registry/manifests.ts'
import { mediaTypeOf } from './transport/checked-manifest.ts'
import type { ImageSource } from './transport/image-source.ts'
import { understood } from './transport/understood.ts'

export interface OpenImageOptions extends CallOptions {
  /** What to choose from an index; by default that of this host. */
  readonly platform?: Platform
}

/**
 * An image of one platform at a source: its manifest and config are read, its layers are not. An immutable value; it is
 * of use as long as its source is open.
 */
export interface OpenedImage {
  /** As the source is called. */
  readonly name: string
  /** Of the manifest. */
  readonly digest: Digest
  readonly mediaType: string
  readonly manifest: Manifest
  /** Of the manifest, as the digest counts them. */
  readonly bytes: Uint8Array
  readonly config: ImageConfig
  readonly platform: Platform
  /** The oldest step first. */
  readonly history: readonly ImageHistory[]
  /** The lowest first. */
  readonly layers: readonly ImageLayer[]
}

/**
 * Opens the image of a source; of an index, the one that suits the platform.
 *
 * @throws EngineError `not-found` when the index has none; `unsupported` for what is no container image; `corrupt` for
 * documents that are wrong or disagree.
 */
export async function openImage(source: ImageSource, options: OpenImageOptions = {}): Promise<OpenedImage> {
  const top = described(source, await source.manifest(undefined, options))
  if (!isIndexMediaType(top.mediaType)) return await imageOf(source, top, options)
  const index = understood(source.name, () => parseIndex(parseJson(top.bytes, jsonLimits.manifest)))
  return await openEntry(source, choosePlatform(source.name, index, options.platform ?? hostPlatform()), options)
}

/** Opens an image that an index lists. */
export async function openEntry(
  source: ImageSource,
  entry: Descriptor,
  options: CallOptions = {}
): Promise<OpenedImage> {
  const fetched = await source.manifest(entry.digest, options)
  if (fetched.bytes.length !== entry.size)
    throw new EngineError(
      'corrupt',
      `the manifest ${entry.digest} of ${source.name} has ${fetched.bytes.length} bytes, its index says ${entry.size}`,
      {
        subject: { kind: 'blob', name: entry.digest }
      }
    )
  return await imageOf(source, { ...fetched, mediaType: entry.mediaType }, options)
}

/** A manifest with what it is; some registries send a generic content type. */
export function described(source: Pick<ImageSource, 'name'>, manifest: FetchedManifest): FetchedManifest {
  const known = /\b(?:manifest|index)\b/.test(manifest.mediaType)
  return known ? manifest : { ...manifest, mediaType: mediaTypeOf(manifest.bytes, source.name) }
}

async function imageOf(
  source: ImageSource,
  { bytes, digest, mediaType }: FetchedManifest,
  options: CallOptions
): Promise<OpenedImage> {
  const { name } = source
  const manifest = understood(name, () => parseManifest(parseJson(bytes, jsonLimits.manifest)))
  const config = await readConfig(source, manifest, options)
  const diffIds = config.rootfs.diff_ids
  if (diffIds.length !== manifest.layers.length)
    throw new EngineError(
      'corrupt',
      `image ${name} has ${manifest.layers.length} layers but its config names ${diffIds.length}`,
      {
        subject: { kind: 'blob', name: manifest.config.digest }
      }
    )
  const { os, architecture, variant } = config
  return Object.freeze({
    name,
    digest,
    mediaType,
    bytes,
    manifest: deepFreeze(manifest),
    config: deepFreeze(config),
    platform: Object.freeze(normalizePlatform({ os, architecture, ...(variant === undefined ? {} : { variant }) })),
    history: deepFreeze(config.history ?? []),
    layers: Object.freeze(manifest.layers.map((layer, at) => imageLayer(source, layer, diffIds[at] as Digest)))
  })
}

async function readConfig(
  source: ImageSource,
  { config: descriptor }: Manifest,
  { signal }: CallOptions
): Promise<ImageConfig> {
  const { name } = source
  const subject = { kind: 'blob', name: descriptor.digest } as const
  if (!isConfigMediaType(descriptor.mediaType))
    throw new EngineError('unsupported', `${name} is not a container image but ${descriptor.mediaType}`, { subject })
  if (descriptor.size > jsonLimits.config.maxBytes)
    throw new EngineError(
      'corrupt',
      `the config of image ${name} is larger than ${jsonLimits.config.maxBytes / 1024 / 1024} MiB`,
      { subject }
    )
  const chunks: Uint8Array[] = []
  for await (const chunk of source.blob(descriptor, { signal })) chunks.push(chunk)
  return understood(name, () => parseImageConfig(parseJson(Buffer.concat(chunks), jsonLimits.config)))
}
