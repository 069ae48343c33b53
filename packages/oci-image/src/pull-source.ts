import {
  type ImageRecord,
  isEngineError,
  type ProgressOptions,
  type PullProgress,
  type ResolvedImage,
  type TransferRequest
} from '@runcible/interface'
import { type Digest, chainIds, hostPlatform, matchPlatform, normalizePlatform } from '@runcible/oci-spec'
import { writeBlob } from './blobs.ts'
import { collect } from './collect.ts'
import { fetchImage, type ImageManifest, readImageManifest } from './fetch-image.ts'
import { type FoundImage, imageId, setName } from './find-image.ts'
import type { StoreContext } from './init.ts'
import { takeLease } from './lease.ts'
import type { PullJob } from './pull-job.ts'
import { abortedError } from './registry/errors.ts'
import type { FetchedManifest } from './registry/manifests.ts'
import { resolveFound } from './resolve.ts'
import type { ImageSource } from './transport/image-source.ts'

export interface PullOrder {
  readonly source: ImageSource
  /** Normalised names to record the image under. */
  readonly names: readonly string[]
  readonly request: TransferRequest
  /** Ends what the source does when a part of the pull has failed; its signal is in `options`. */
  readonly failed: AbortController
}

/** A signal that fires with the caller's or when `failed` does. */
export function joinedSignal(signal: AbortSignal | undefined, failed: AbortController): AbortSignal {
  const joined = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal])
  if (joined.aborted) throw abortedError(joined)
  return joined
}

/**
 * From a source into the store: manifest, choice of the platform, config, layers, record. With everything here it costs
 * one question for the manifest.
 */
export async function pullSource(
  context: StoreContext,
  order: PullOrder,
  options: ProgressOptions<PullProgress>
): Promise<ResolvedImage> {
  const { source, names, request, failed } = order
  const platform = normalizePlatform(request.platform ?? context.init.platform ?? hostPlatform())
  const label = names[0] ?? source.name
  const job: PullJob = { source, names, label, platform, failed, options }
  const answer = await source.manifest(undefined, options)
  const checked = await checkedByPolicy(context, job, answer, request)
  const found = unchanged(context, job, answer)
  const here = found !== undefined && (await isWhole(context, found.record)) ? found : undefined
  const pulled = here ?? (await pullContent(context, job, answer, checked))
  context.events?.publish({ type: 'image', action: 'pull', id: pulled.record.id, name: pulled.name })
  return await resolveFound(context, pulled, options)
}

/** The manifest that would be taken, once the policy allows it; nothing when there is no policy. */
async function checkedByPolicy(
  context: StoreContext,
  job: PullJob,
  answer: FetchedManifest,
  { signaturePolicy: policyFile }: TransferRequest
): Promise<ImageManifest | undefined> {
  const { signaturePolicy } = context.init
  if (signaturePolicy === undefined || (await signaturePolicy.acceptsAll({ policyFile }))) return undefined
  const manifest = await readImageManifest(context, job, answer)
  const { mediaType, digest } = manifest.descriptor
  const within = digest === answer.digest ? undefined : answer
  const { signal } = job.options
  await signaturePolicy.check(job.source, { bytes: manifest.bytes, mediaType, digest }, { within, policyFile, signal })
  return manifest
}

/** The image here, when all names still point at what the source has and it suits the platform. */
function unchanged({ state }: StoreContext, job: PullJob, answer: FetchedManifest): FoundImage | undefined {
  const [name] = job.names
  if (name === undefined) return undefined
  const stored = job.names.map((each) => state.imageNames.get(each))
  if (!stored.every((each) => each?.digest === answer.digest)) return undefined
  const record = stored[0] && state.images.get(stored[0].imageId)
  if (record === undefined || matchPlatform(job.platform, [record]) === undefined) return undefined
  return { record, stored: stored[0], name }
}

// A recorded image lacks something only after damage from outside, such as a lost disk write: then a pull mends it.
async function isWhole(
  { content, snapshotter }: StoreContext,
  { manifest, config, diffIds }: ImageRecord
): Promise<boolean> {
  for (const chain of chainIds(diffIds)) {
    const layer = await snapshotter.stat(chain)
    if (layer === undefined || layer.unverified === true) return false
  }
  return (await content.info(manifest.digest)) !== undefined && (await content.info(config.digest)) !== undefined
}

async function pullContent(
  context: StoreContext,
  job: PullJob,
  answer: FetchedManifest,
  checked: ImageManifest | undefined
): Promise<FoundImage> {
  const found = await underLease(context, job, answer, checked).catch(async (error) => {
    // What came whole is kept for the next attempt when that may succeed, as the bytes of a cut blob are.
    const mayResume = isEngineError(error, 'unavailable') || isEngineError(error, 'timeout')
    if (!mayResume) await collect(context, { emptied: true })
    throw error
  })
  // Also what removals had to leave because of this lease.
  await collect(context)
  return found
}

async function underLease(
  context: StoreContext,
  job: PullJob,
  answer: FetchedManifest,
  checked: ImageManifest | undefined
): Promise<FoundImage> {
  await using _lease = await takeLease(context.state, job.options)
  const manifest = checked ?? (await readImageManifest(context, job, answer))
  const recorded = context.state.images.get(imageId(manifest.document.config.digest))
  const known = recorded !== undefined && (await isWhole(context, recorded)) ? recorded : undefined
  if (known === undefined) return recordPulled(context, job, answer.digest, await fetchImage(context, job, manifest))
  // Blobs of another manifest for the same image (other media types, other compression) can be had of a registry later,
  // so that one is kept for a push under this name; an archive may be gone by then.
  if (job.source.transport !== 'docker') return recordPulled(context, job, known.manifest.digest, known)
  await writeBlob(context.content, manifest.bytes, manifest.descriptor.digest, job.options)
  return recordPulled(context, job, answer.digest, known)
}

function recordPulled(context: StoreContext, job: PullJob, digest: Digest, record: ImageRecord): FoundImage {
  return context.state.transaction((stores) => {
    if (stores.images.get(record.id) === undefined) stores.images.insert(record)
    const names = job.names.map((id) => ({ id, imageId: record.id, digest }))
    for (const name of names) setName(stores, name)
    return { record: stores.images.get(record.id) ?? record, stored: names[0], name: job.names[0] ?? record.id }
  })
}
