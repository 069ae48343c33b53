import { EngineError } from '@runcible/interface'
import {
  type Descriptor,
  hostPlatform,
  type Index,
  isIndexMediaType,
  isManifestMediaType,
  jsonLimits,
  normalizePlatform,
  parseIndex,
  parseJson
} from '@runcible/oci-spec'
import { choosePlatform } from './choose-platform.ts'
import { convertIndex, kindOfManifest, type ManifestKind } from './convert-manifest.ts'
import type { CopyJob, CopyOptions, CopyWish } from './copy-job.ts'
import { copyManifest, refuseChange } from './copy-manifest.ts'
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

// An archive is written member by member; a Docker daemon gets one.
const isOneStream = ({ transport }: ImageSink): boolean =>
  transport === 'docker-daemon' || transport.endsWith('-archive')

export type { CopyOptions, CopyWish } from './copy-job.ts'

// An index of indexes is rare; deeper ones are made to keep readers busy.
const deepestIndex = 2
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
  // Equal images give equal archives.
  const inTurn = semaphore(isOneStream(sink) ? 1 : (options.parallel ?? 3))
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
