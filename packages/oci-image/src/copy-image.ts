import { EngineError } from '@runcible/interface'
import {
  type Descriptor,
  type Digest,
  hostPlatform,
  type Index,
  isConfigMediaType,
  isIndexMediaType,
  isLayerMediaType,
  isManifestMediaType,
  isNondistributableLayer,
  jsonLimits,
  type Manifest,
  normalizePlatform,
  parseImageConfig,
  parseIndex,
  parseJson,
  parseManifest
} from '@runcible/oci-spec'
import { choosePlatform } from './choose-platform.ts'
import { convertIndex, convertManifest, kindOfManifest, layerTypeIn, type ManifestKind } from './convert-manifest.ts'
import type { CopyJob, CopyOptions, CopyWish } from './copy-job.ts'
import { type LayerPlan, moveBlob, moveLayer, type MovedLayer, wantedPacking } from './copy-layer.ts'
import { copySignatures, signaturesToCopy } from './copy-signatures.ts'
import { cleanText } from './registry/redact.ts'
import { abortedError } from './registry/errors.ts'
import type { FetchedManifest } from './registry/manifests.ts'
import { semaphore } from './semaphore.ts'
import { blobReporter } from './throttle.ts'
import { mediaTypeOf } from './transport/checked-manifest.ts'
import { checkLevel } from './transport/compression.ts'
import type { ImageSink } from './transport/image-sink.ts'
import type { ImageSource } from './transport/image-source.ts'
import { understood } from './transport/understood.ts'

export type { CopyOptions, CopyWish } from './copy-job.ts'

// An index of indexes is rare; deeper ones are made to keep readers busy.
const deepestIndex = 2
const mostLayers = 500
// More than there are platforms; each entry is a request or more.
const mostEntries = 1000

/**
 * From a source to a sink: one image, or all of an index. Digests stay what they are unless `wish` asks for a conversion
 * or the sink cannot hold what the source has. Returns what the name stands for now; the sink is committed.
 */
export async function copyImage(
  source: ImageSource,
  sink: ImageSink,
  wish: CopyWish = {},
  options: CopyOptions = {}
): Promise<FetchedManifest> {
  if (wish.compression !== undefined) checkLevel(wish.compression.format, wish.compression.level)
  const failed = new AbortController()
  const signal = options.signal === undefined ? failed.signal : AbortSignal.any([options.signal, failed.signal])
  if (signal.aborted) throw abortedError(signal)
  // An archive is written member by member, and equal images give equal archives.
  const inTurn = semaphore(sink.transport.endsWith('-archive') ? 1 : (options.parallel ?? 3))
  const job: CopyJob = { source, sink, wish, options: { ...options, signal }, failed, inTurn }
  const top = await source.manifest(undefined, { signal })
  const copied = await copyTop(job, described(top, source.name))
  const report = blobReporter({ digest: copied.digest, size: copied.bytes.length }, 'manifest', options.onProgress)
  report.phase('uploading', 0)
  await sink.commit({ signal })
  report.phase('done')
  return copied
}

// Some registries send a generic content type: then the document itself says what it is.
function described(manifest: FetchedManifest, name: string): FetchedManifest {
  const { mediaType } = manifest
  if (isIndexMediaType(mediaType) || isManifestMediaType(mediaType)) return manifest
  return { ...manifest, mediaType: mediaTypeOf(manifest.bytes, name) }
}

async function copyTop(job: CopyJob, top: FetchedManifest): Promise<FetchedManifest> {
  const { source, sink, wish, options } = job
  if (!isIndexMediaType(top.mediaType)) {
    await options.check?.(top, undefined)
    return await copyManifest(job, top, true)
  }
  const index = understood(source.name, () => parseIndex(parseJson(top.bytes, jsonLimits.manifest)))
  if ((wish.images ?? 'system') === 'system') {
    const platform = normalizePlatform(options.platform ?? hostPlatform())
    const chosen = choosePlatform(source.name, index, platform)
    const manifest = await partOf(job, chosen)
    await options.check?.(manifest, top)
    return await copyManifest(job, manifest, true)
  }
  if (!sink.abilities.indexes) {
    throw new EngineError('unsupported', `${sink.transport}: holds one image, not an index of several`, {
      hint: 'copy one platform, or to docker://, oci:, oci-archive: or dir:'
    })
  }
  await options.check?.(top, undefined)
  return await copyIndex(job, { manifest: top, index, isTop: true, depth: 1 })
}

async function partOf({ source, options }: CopyJob, { digest, mediaType, size }: Descriptor): Promise<FetchedManifest> {
  const manifest = await source.manifest(digest, { signal: options.signal })
  if (manifest.bytes.length === size) return { ...manifest, mediaType }
  throw new EngineError(
    'corrupt',
    `the manifest ${digest} of ${source.name} has ${manifest.bytes.length} bytes, its index says ${size}`,
    {
      subject: { kind: 'blob', name: digest }
    }
  )
}

interface IndexCopy {
  readonly manifest: FetchedManifest
  readonly index: Index
  readonly isTop: boolean
  readonly depth: number
}

async function copyIndex(job: CopyJob, { manifest, index, isTop, depth }: IndexCopy): Promise<FetchedManifest> {
  const { source, sink, wish } = job
  if (depth > deepestIndex)
    throw new EngineError(
      'unsupported',
      `${source.name} has indexes in indexes, more than ${deepestIndex} deep: ${manifest.digest} is one too many`,
      {
        subject: { kind: 'blob', name: manifest.digest }
      }
    )
  if (index.manifests.length > mostEntries)
    throw new EngineError(
      'unsupported',
      `the index ${manifest.digest} of ${source.name} has ${index.manifests.length} entries; the limit is ${mostEntries}`,
      {
        subject: { kind: 'blob', name: manifest.digest }
      }
    )
  const own = kindOfManifest(manifest)
  const kind =
    wish.format ?? (sink.abilities.manifests.includes(own) ? own : (sink.abilities.manifests[0] as ManifestKind))
  const signatures = await signaturesToCopy(job, manifest)
  const parts: FetchedManifest[] = []
  for (const entry of index.manifests)
    parts.push(wish.images === 'all' ? await copyPart(job, manifest, entry, depth) : asListed(entry))
  const same = kind === own && parts.every(({ digest }, at) => digest === index.manifests[at]?.digest)
  if (!same) refuseChange(job, manifest, signatures.length > 0)
  const entries = parts.map(({ mediaType, digest, bytes }, at) => ({
    mediaType,
    digest,
    size: wish.images === 'all' ? bytes.length : (index.manifests[at]?.size ?? 0)
  }))
  const copied = same ? manifest : convertIndex(manifest, kind, entries)
  await sink.putManifest(copied, { isTop, signal: job.options.signal })
  await copySignatures(job, copied, signatures, isTop)
  return copied
}

const asListed = ({ digest, mediaType }: Descriptor): FetchedManifest => ({
  digest,
  mediaType,
  bytes: new Uint8Array(0)
})

async function copyPart(
  job: CopyJob,
  within: FetchedManifest,
  entry: Descriptor,
  depth: number
): Promise<FetchedManifest> {
  const { source, options } = job
  const part = await partOf(job, entry)
  if (isIndexMediaType(entry.mediaType)) {
    const index = understood(source.name, () => parseIndex(parseJson(part.bytes, jsonLimits.manifest)))
    await options.check?.(part, within)
    return await copyIndex(job, { manifest: part, index, isTop: false, depth: depth + 1 })
  }
  if (!isManifestMediaType(entry.mediaType)) {
    throw new EngineError(
      'unsupported',
      `the index of ${source.name} lists a ${cleanText(entry.mediaType, 100)}, which is no manifest`
    )
  }
  await options.check?.(part, within)
  return await copyManifest(job, part, false)
}

async function copyManifest(job: CopyJob, manifest: FetchedManifest, isTop: boolean): Promise<FetchedManifest> {
  const { source, sink } = job
  const document = understood(source.name, () => parseManifest(parseJson(manifest.bytes, jsonLimits.manifest)))
  if (document.layers.length > mostLayers)
    throw new EngineError(
      'unsupported',
      `image ${source.name} has ${document.layers.length} layers; the limit is ${mostLayers}`
    )
  const plan = await planCopy(job, manifest, document)
  const signatures = await signaturesToCopy(job, manifest)
  if (plan.changes) refuseChange(job, manifest, signatures.length > 0)
  const moved = await moveBlobs(job, document, plan.layers)
  const layers = moved.map((layer, at) => ({ ...layer, mediaType: plan.types[at] ?? '' }))
  const copied = plan.changes ? convertManifest(manifest, { kind: plan.kind, layers }) : manifest
  await sink.putManifest(copied, { isTop, signal: job.options.signal })
  await copySignatures(job, copied, signatures, isTop)
  return copied
}

interface CopyPlan {
  readonly kind: ManifestKind
  readonly layers: readonly LayerPlan[]
  /** Media types of the layers at the destination. */
  readonly types: readonly string[]
  /** The manifest cannot stay as it is. */
  readonly changes: boolean
}

async function planCopy(job: CopyJob, manifest: FetchedManifest, document: Manifest): Promise<CopyPlan> {
  const { sink, source, wish } = job
  const own = kindOfManifest(manifest)
  const { config, layers } = document
  const isImage = isConfigMediaType(config.mediaType) && layers.every(({ mediaType }) => isLayerMediaType(mediaType))
  const holds = sink.abilities.manifests
  if (!isImage && (!holds.includes(own) || sink.abilities.layers === 'uncompressed'))
    throw new EngineError('unsupported', `${sink.transport}: cannot hold ${source.name}, which is no container image`)
  const kind = !isImage ? own : (wish.format ?? (holds.includes(own) ? own : (holds[0] as ManifestKind)))
  if (!holds.includes(kind))
    throw new EngineError('unsupported', `${sink.transport}: holds no images of the format ${kind}`)
  const packings = layers.map(({ mediaType }) => (isImage ? wantedPacking(job, mediaType) : undefined))
  const diffIds = packings.includes('none') ? await readDiffIds(job, document) : []
  const plans = layers.map((layer, at): LayerPlan => {
    const packing = packings[at]
    return { layer, diffId: diffIds[at], ...(packing === undefined ? {} : { packing }) }
  })
  const types = layers.map(({ mediaType }, at) => layerType(kind, mediaType, packings[at], isImage))
  return { kind, layers: plans, types, changes: kind !== own || packings.some((packing) => packing !== undefined) }
}

function layerType(kind: ManifestKind, mediaType: string, packing: LayerPlan['packing'], isImage: boolean): string {
  if (!isImage) return mediaType
  const now = mediaType.endsWith('zstd') ? 'zstd' : mediaType.endsWith('gzip') ? 'gzip' : 'none'
  return layerTypeIn(kind, mediaType, packing ?? now)
}

async function readDiffIds({ source, options }: CopyJob, { config, layers }: Manifest): Promise<readonly Digest[]> {
  if (config.size > jsonLimits.config.maxBytes)
    throw new EngineError(
      'corrupt',
      `the config of image ${source.name} is larger than ${jsonLimits.config.maxBytes / 1024 / 1024} MiB`
    )
  const chunks: Uint8Array[] = []
  for await (const chunk of source.blob(config, { signal: options.signal })) chunks.push(chunk)
  const parsed = understood(source.name, () => parseImageConfig(parseJson(Buffer.concat(chunks), jsonLimits.config)))
  const diffIds = parsed.rootfs.diff_ids
  if (diffIds.length === layers.length) return diffIds
  throw new EngineError(
    'corrupt',
    `image ${source.name} has ${layers.length} layers but its config names ${diffIds.length}`
  )
}

function refuseChange({ source, sink, wish }: CopyJob, { digest }: FetchedManifest, isSigned: boolean): void {
  const why = `${source.name} cannot be kept as ${digest} at ${sink.name}`
  if (wish.preserveDigests === true) {
    throw new EngineError('failed-precondition', `${why}, and digests are to be preserved`, {
      hint: 'leave out --preserve-digests, or what asks for another format or compression'
    })
  }
  if (!isSigned) return
  throw new EngineError('failed-precondition', `${why}: its signatures would not fit it any more`, {
    hint: 'give --remove-signatures, or copy it as it is'
  })
}

async function moveBlobs(
  job: CopyJob,
  { config, layers }: Manifest,
  plans: readonly LayerPlan[]
): Promise<readonly MovedLayer[]> {
  const { inTurn, failed, sink } = job
  const moving = new Map<Digest, Promise<MovedLayer>>()
  for (const plan of plans) {
    const { digest, mediaType } = plan.layer
    // A layer that its registry may not hold stays where its URLs say.
    const stays = isNondistributableLayer(mediaType) && sink.abilities.layers === 'any'
    if (stays) moving.set(digest, Promise.resolve({ digest, size: plan.layer.size }))
    else if (!moving.has(digest))
      moving.set(
        digest,
        inTurn(() => moveLayer(job, plan))
      )
  }
  const configMove = layers.some(({ digest }) => digest === config.digest)
    ? undefined
    : inTurn(() => moveBlob(job, config, 'config'))
  const moves: readonly (Promise<unknown> | undefined)[] = [...moving.values(), configMove]
  for (const move of moves) move?.catch((error: unknown) => failed.abort(error))
  // Nothing may go on behind the caller's back: every move has ended before the failure is reported.
  await Promise.allSettled(moves)
  if (failed.signal.aborted) throw failed.signal.reason
  return await Promise.all(plans.map(({ layer }) => moving.get(layer.digest) as Promise<MovedLayer>))
}
