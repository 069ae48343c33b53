import { EngineError, type ImageRecord, isEngineError } from '@runcible/interface'
import {
  chainId,
  type Descriptor,
  digestOf,
  formatPlatform,
  type ImageConfig,
  isConfigMediaType,
  isIndexMediaType,
  isLayerMediaType,
  isManifestMediaType,
  isSchema1MediaType,
  jsonLimits,
  type Manifest,
  matchPlatform,
  normalizePlatform,
  parseImageConfig,
  parseIndex,
  parseJson,
  parseManifest
} from '@runcible/oci-spec'
import { readBlob, writeBlob } from './blobs.ts'
import { choosePlatform } from './choose-platform.ts'
import { fetchLayers } from './fetch-layers.ts'
import { imageId } from './find-image.ts'
import type { StoreContext } from './init.ts'
import type { PullJob } from './pull-job.ts'
import { cleanText } from './registry/redact.ts'
import type { FetchedManifest } from './registry/manifests.ts'
import { blobReporter } from './throttle.ts'
import { schema1, understood } from './transport/understood.ts'

/** The manifest of one platform's image. */
export interface ImageManifest {
  readonly descriptor: Descriptor
  readonly document: Manifest
  readonly bytes: Uint8Array
}

// More than any overlay mount takes; it bounds what a manifest can make us do.
const mostLayers = 500

/** The manifest in the source's answer, or the one that its index has for the platform. */
export async function readImageManifest(
  context: StoreContext,
  job: PullJob,
  answer: FetchedManifest
): Promise<ImageManifest> {
  const parsed = understood(job.label, () => parseJson(answer.bytes, jsonLimits.manifest))
  if (kindOf(job.label, answer, parsed) === 'manifest') return manifestOf(job.label, answer)
  const index = understood(job.label, () => parseIndex(parsed))
  const chosen = choosePlatform(job.label, index, job.platform)
  const bytes = await manifestHere(context, job, chosen)
  if (bytes !== undefined) return manifestOf(job.label, { bytes, digest: chosen.digest, mediaType: chosen.mediaType })
  const fetched = await job.source.manifest(chosen.digest, job.options)
  checkSize(job, chosen, fetched.bytes.length)
  return manifestOf(job.label, { ...fetched, mediaType: chosen.mediaType })
}

// Another process may delete it between the two looks.
async function manifestHere({ content }: StoreContext, job: PullJob, chosen: Descriptor): Promise<Buffer | undefined> {
  const here = await content.info(chosen.digest)
  if (here === undefined) return undefined
  // Before anything is read: what is here under that digest may be a large layer.
  checkSize(job, chosen, here.size)
  return await readBlob(content, chosen.digest, job.options).catch((error: unknown) => {
    if (isEngineError(error, 'not-found')) return undefined
    throw error
  })
}

function checkSize({ label }: PullJob, { digest, size }: Descriptor, actual: number): void {
  if (actual === size && size <= jsonLimits.manifest.maxBytes) return
  throw new EngineError('corrupt', `the manifest ${digest} of ${label} has ${actual} bytes, the index says ${size}`)
}

// Some registries send a generic content type: then the document itself says what it is.
function kindOf(name: string, answer: FetchedManifest, parsed: unknown): 'manifest' | 'index' {
  const stated = answer.mediaType
  if (isSchema1MediaType(stated)) throw schema1(name)
  if (isIndexMediaType(stated)) return 'index'
  if (isManifestMediaType(stated)) return 'manifest'
  const own = (parsed as { readonly mediaType?: unknown } | null)?.mediaType
  if (typeof own === 'string') return isIndexMediaType(own) ? 'index' : 'manifest'
  return typeof parsed === 'object' && parsed !== null && 'manifests' in parsed ? 'index' : 'manifest'
}

function manifestOf(name: string, fetched: FetchedManifest): ImageManifest {
  const document = understood(name, () => parseManifest(parseJson(fetched.bytes, jsonLimits.manifest)))
  const mediaType = document.mediaType ?? fetched.mediaType
  const descriptor = { mediaType, digest: fetched.digest, size: fetched.bytes.length }
  checkManifest(name, document)
  return { descriptor, document, bytes: fetched.bytes }
}

function checkManifest(name: string, { config, layers }: Manifest): void {
  const subject = { kind: 'image', name } as const
  if (!isConfigMediaType(config.mediaType)) {
    throw new EngineError('unsupported', `${name} is not a container image but ${cleanText(config.mediaType, 100)}`, {
      subject
    })
  }
  const odd = layers.find((layer) => !isLayerMediaType(layer.mediaType))
  if (odd !== undefined) {
    throw new EngineError(
      'unsupported',
      `image ${name} has a layer of the unknown kind ${cleanText(odd.mediaType, 100)}`,
      { subject }
    )
  }
  if (config.size > jsonLimits.config.maxBytes) {
    throw new EngineError(
      'corrupt',
      `the config of image ${name} is larger than the limit of ${jsonLimits.config.maxBytes / 1024 / 1024} MiB`,
      { subject }
    )
  }
  if (layers.length > mostLayers) {
    throw new EngineError('unsupported', `image ${name} has ${layers.length} layers; the limit is ${mostLayers}`, {
      subject,
      hint: 'build it with fewer layers'
    })
  }
}

/** Brings config and layers of a manifest here. Returns the record to store. */
export async function fetchImage(context: StoreContext, job: PullJob, manifest: ImageManifest): Promise<ImageRecord> {
  const { config: configDescriptor, layers } = manifest.document
  const config = await fetchConfig(context, job, configDescriptor)
  const diffIds = config.rootfs.diff_ids
  if (diffIds.length !== layers.length) {
    throw new EngineError(
      'corrupt',
      `image ${job.label} has ${layers.length} layers but its config names ${diffIds.length}`,
      {
        subject: { kind: 'image', name: job.label }
      }
    )
  }
  await writeBlob(context.content, manifest.bytes, manifest.descriptor.digest, job.options)
  const { source, failed, options } = job
  const layerSizes = await fetchLayers(context, { source, failed, layers, diffIds }, options)
  return imageRecord({ manifest: manifest.descriptor, document: manifest.document, config, layerSizes })
}

async function fetchConfig(context: StoreContext, job: PullJob, descriptor: Descriptor): Promise<ImageConfig> {
  const report = blobReporter(descriptor, 'config', job.options.onProgress)
  const came = await job.source.download({ descriptor, content: context.content }, job.options)
  report.phase(came ? 'done' : 'exists')
  const bytes = await readBlob(context.content, descriptor.digest, job.options)
  const config = understood(job.label, () => parseImageConfig(parseJson(bytes, jsonLimits.config)))
  checkPlatform(job, config)
  return config
}

function checkPlatform(job: PullJob, config: ImageConfig): void {
  const platform = normalizePlatform(config)
  if (platform.os !== 'linux') {
    throw new EngineError(
      'unsupported',
      `image ${job.label} is for ${cleanText(formatPlatform(platform), 60)}, not for Linux`,
      {
        subject: { kind: 'image', name: job.label }
      }
    )
  }
  if (platform.architecture === '' || matchPlatform(job.platform, [{ platform }]) !== undefined) return
  const text = `image ${job.label} is made for ${cleanText(formatPlatform(platform), 60)}, not for ${formatPlatform(job.platform)}`
  job.options.onProgress?.({ type: 'message', text })
}

export interface RecordParts {
  readonly manifest: Descriptor
  readonly document: Pick<Manifest, 'config' | 'layers'>
  readonly config: ImageConfig
  /** Bytes of each unpacked layer. */
  readonly layerSizes: readonly number[]
}

export function imageRecord({ manifest, document, config, layerSizes }: RecordParts): ImageRecord {
  const { architecture, variant, os } = config
  const diffIds = config.rootfs.diff_ids
  const created = Date.parse(config.created ?? '')
  return {
    id: imageId(document.config.digest),
    manifest,
    config: document.config,
    layers: document.layers,
    diffIds,
    ...(diffIds.length === 0 ? {} : { chainId: chainId(diffIds) }),
    platform: normalizePlatform({ os, architecture, ...(variant === undefined ? {} : { variant }) }),
    size: layerSizes.reduce((sum, size) => sum + size, 0),
    layerSizes,
    createdAt: Number.isNaN(created) ? 0 : created,
    pulledAt: Date.now(),
    labels: config.config?.Labels ?? {}
  }
}

/** The digest of a document that is written as JSON. */
export const encodeDocument = (
  document: object
): { readonly bytes: Buffer; readonly digest: ReturnType<typeof digestOf> } => {
  const bytes = Buffer.from(JSON.stringify(document))
  return { bytes, digest: digestOf(bytes) }
}
