import {
  EngineError,
  type ImageRecord,
  isEngineError,
  type ProgressOptions,
  type PullProgress,
  type ResolvedImage,
  type TransferRequest
} from '@runcible/interface'
import { hostPlatform, matchPlatform, normalizePlatform } from '@runcible/oci-spec'
import { writeBlob } from './blobs.ts'
import { collect } from './collect.ts'
import { type Endpoint, pullEndpoints } from './endpoints.ts'
import { fetchImage, readImageManifest } from './fetch-image.ts'
import { type FoundImage, imageId, setName } from './find-image.ts'
import { shortNames, type StoreContext } from './init.ts'
import { takeLease } from './lease.ts'
import { openRegistry } from './open-registry.ts'
import { formatReference, type QualifiedReference, referenceTarget } from './reference.ts'
import { abortedError } from './registry/errors.ts'
import type { PullJob } from './pull-job.ts'
import type { FetchedManifest } from './registry/manifests.ts'
import { resolveFound } from './resolve.ts'
import { registryCandidates } from './short-names.ts'

/**
 * From a registry into the store: manifest, choice of the platform, config, layers, record. With everything here it is
 * one request.
 */
export async function pullImage(
  context: StoreContext,
  name: string,
  request: TransferRequest = {},
  options: ProgressOptions<PullProgress> = {}
): Promise<ResolvedImage> {
  const candidates = registryCandidates(name, shortNames(context.init))
  const failures: EngineError[] = []
  for (const reference of candidates) {
    try {
      return await pullReference(context, reference, request, options)
    } catch (error) {
      if (candidates.length === 1 || !isEngineError(error) || !otherRegistryMayHelp(error)) throw error
      failures.push(error)
    }
  }
  throw new EngineError(
    failures[0]?.code ?? 'not-found',
    `no registry gave ${name}: ${failures.map(({ message }) => message).join('; ')}`,
    {
      subject: { kind: 'image', name },
      hint: 'write the full name, with its registry'
    }
  )
}

const otherRegistryMayHelp = ({ code }: EngineError): boolean =>
  code === 'not-found' || code === 'unauthorized' || code === 'unavailable'

/** From the first place that has it: a mirror that fails is passed over. */
async function pullReference(
  context: StoreContext,
  reference: QualifiedReference,
  request: TransferRequest,
  options: ProgressOptions<PullProgress>
): Promise<ResolvedImage> {
  for (const endpoint of pullEndpoints(context.init, reference)) {
    try {
      return await pullFrom(context, { reference, endpoint, request }, options)
    } catch (error) {
      if (!endpoint.isMirror || !isEngineError(error) || error.code === 'aborted') throw error
      options.onProgress?.({ type: 'message', text: `${error.message}; trying the next place` })
    }
  }
  throw new EngineError('internal', `no place to pull ${formatReference(reference)} from`)
}

interface PullOrder {
  readonly reference: QualifiedReference
  readonly endpoint: Endpoint
  readonly request: TransferRequest
}

async function pullFrom(
  context: StoreContext,
  { reference, endpoint, request }: PullOrder,
  options: ProgressOptions<PullProgress>
): Promise<ResolvedImage> {
  const failed = new AbortController()
  const signal = options.signal === undefined ? failed.signal : AbortSignal.any([options.signal, failed.signal])
  if (signal.aborted) throw abortedError(signal)
  await using client = openRegistry(context.init, endpoint, request, { ...options, signal })
  const platform = normalizePlatform(request.platform ?? context.init.platform ?? hostPlatform())
  const { repository } = endpoint
  const job: PullJob = {
    reference,
    repository,
    name: formatReference(reference),
    platform,
    client,
    failed,
    options: { ...options, signal }
  }
  const answer = await client.manifest(repository, referenceTarget(reference))
  const found = (await unchanged(context, job, answer)) ?? (await pullContent(context, job, answer))
  context.events?.publish({ type: 'image', action: 'pull', id: found.record.id, name: found.name })
  return await resolveFound(context, found, options)
}

/** The image here, when the name still points at what the registry has and it suits the platform. */
async function unchanged(
  context: StoreContext,
  job: PullJob,
  answer: FetchedManifest
): Promise<FoundImage | undefined> {
  const { state } = context
  const stored = state.imageNames.get(job.name)
  if (stored === undefined || stored.digest !== answer.digest) return undefined
  const record = state.images.get(stored.imageId)
  if (record === undefined || matchPlatform(job.platform, [record]) === undefined || !(await isWhole(context, record)))
    return undefined
  return { record, stored, name: job.name }
}

// A recorded image lacks something only after damage from outside, such as a lost disk write: then a pull mends it.
async function isWhole(
  { content, snapshotter }: StoreContext,
  { manifest, config, chainId }: ImageRecord
): Promise<boolean> {
  if (chainId !== undefined && (await snapshotter.stat(chainId)) === undefined) return false
  return (await content.info(manifest.digest)) !== undefined && (await content.info(config.digest)) !== undefined
}

async function pullContent(context: StoreContext, job: PullJob, answer: FetchedManifest): Promise<FoundImage> {
  const found = await underLease(context, job, answer).catch(async (error) => {
    // What came whole is kept for the next attempt when that may succeed, as the bytes of a cut blob are.
    const mayResume = isEngineError(error, 'unavailable') || isEngineError(error, 'timeout')
    if (!mayResume) await collect(context, { emptied: true })
    throw error
  })
  // Also what removals had to leave because of this lease.
  await collect(context)
  return found
}

async function underLease(context: StoreContext, job: PullJob, answer: FetchedManifest): Promise<FoundImage> {
  await using _lease = await takeLease(context.state, job.options)
  const manifest = await readImageManifest(context, job, answer)
  const recorded = context.state.images.get(imageId(manifest.document.config.digest))
  const known = recorded !== undefined && (await isWhole(context, recorded)) ? recorded : undefined
  // The same image under another manifest (other media types, other compression): kept for a push under this name.
  if (known !== undefined) await writeBlob(context.content, manifest.bytes, manifest.descriptor.digest, job.options)
  const record = known ?? (await fetchImage(context, job, manifest))
  return recordImage(context, job, answer, record)
}

function recordImage(context: StoreContext, job: PullJob, answer: FetchedManifest, record: ImageRecord): FoundImage {
  const stored = { id: job.name, imageId: record.id, digest: answer.digest }
  return context.state.transaction((stores) => {
    const current = stores.images.get(record.id)
    if (current === undefined) stores.images.insert(record)
    setName(stores, stored)
    return { record: current ?? record, stored, name: job.name }
  })
}
