import { EngineError } from '@runcible/interface'
import {
  type Digest,
  isConfigMediaType,
  isLayerMediaType,
  isNondistributableLayer,
  jsonLimits,
  type Manifest,
  parseImageConfig,
  parseJson,
  parseManifest
} from '@runcible/oci-spec'
import { convertManifest, kindOfManifest, layerTypeIn, type ManifestKind } from './convert-manifest.ts'
import type { CopyJob } from './copy-job.ts'
import { type LayerPlan, moveBlob, moveLayer, type MovedLayer, wantedPacking } from './copy-layer.ts'
import { copySignatures, signaturesToCopy } from './copy-signatures.ts'
import type { FetchedManifest } from './registry/manifests.ts'
import { understood } from './transport/understood.ts'

const mostLayers = 500

/** One image, or another thing with a manifest: blobs side by side, then the manifest, then its signatures. */
export async function copyManifest(job: CopyJob, manifest: FetchedManifest, isTop: boolean): Promise<FetchedManifest> {
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

/** @throws EngineError `failed-precondition` when the manifest has to stay what it is. */
export function refuseChange({ source, sink, wish }: CopyJob, { digest }: FetchedManifest, isSigned: boolean): void {
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
