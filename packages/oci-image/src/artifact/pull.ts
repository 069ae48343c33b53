import {
  type Artifact,
  type BlobProgress,
  EngineError,
  type ProgressOptions,
  type PullProgress,
  type TransferRequest
} from '@runcible/interface'
import {
  type Descriptor,
  isConfigMediaType,
  isIndexMediaType,
  jsonLimits,
  type Manifest,
  parseJson,
  parseManifest
} from '@runcible/oci-spec'
import { writeBlob } from '../blobs.ts'
import { collect } from '../collect.ts'
import type { StoreContext } from '../init.ts'
import { takeLease } from '../lease.ts'
import { openAtRegistry } from '../manifest-list/open-named.ts'
import { joinedSignal } from '../pull-source.ts'
import { formatReference, normalizeReference } from '../reference.ts'
import type { FetchedManifest } from '../registry/manifests.ts'
import { semaphore } from '../semaphore.ts'
import { blobReporter } from '../throttle.ts'
import type { ImageSource } from '../transport/image-source.ts'
import { understood } from '../transport/understood.ts'
import { artifactOf, recordArtifact } from './records.ts'

// One artifact is a handful of files; it bounds what a manifest can make us do.
const mostFiles = 1000

/** From a registry into the store, under the name that it has there. */
export async function pullArtifact(
  context: StoreContext,
  name: string,
  request: TransferRequest = {},
  options: ProgressOptions<PullProgress> = {}
): Promise<Artifact> {
  const failed = new AbortController()
  const joined = { ...options, signal: joinedSignal(options.signal, failed) }
  await using source = await openAtRegistry(context, name.replace(/^docker:\/\//, ''), request, joined)
  const manifest = await source.manifest(undefined, joined)
  const document = artifactManifest(source, manifest)
  const { signaturePolicy: policyFile } = request
  await context.init.signaturePolicy?.check(source, manifest, { within: undefined, policyFile, signal: joined.signal })
  try {
    await using _lease = await takeLease(context.state, joined)
    await fetchFiles(context, { source, document, failed }, joined)
    await writeBlob(context.content, manifest.bytes, manifest.digest, joined)
    const { digest, mediaType, bytes } = manifest
    const record = {
      id: formatReference(source.reference ?? normalizeReference(name)),
      manifest: { mediaType, digest, size: bytes.length },
      blobs: [...new Set([document.config.digest, ...document.layers.map((layer) => layer.digest)])],
      createdAt: Date.now()
    }
    recordArtifact(context, record)
    context.events?.publish({ type: 'image', action: 'artifact-pull', id: digest.slice(7), name: record.id })
    return await artifactOf(context, record, options)
  } finally {
    await collect(context)
  }
}

function artifactManifest({ name }: ImageSource, { bytes, mediaType, digest }: FetchedManifest): Manifest {
  const subject = { kind: 'image', name } as const
  if (isIndexMediaType(mediaType))
    throw new EngineError('unsupported', `${name} is an index of several manifests, not an artifact`, {
      subject,
      hint: 'name one of its manifests by its digest'
    })
  const document = understood(name, () => parseManifest(parseJson(bytes, jsonLimits.manifest)))
  if (document.artifactType === undefined && isConfigMediaType(document.config.mediaType))
    throw new EngineError('unsupported', `${name} is a container image, not an artifact`, {
      subject,
      hint: `pull it with "runcible pull ${name.replace(/^docker:\/\//, '')}"`
    })
  if (document.layers.length <= mostFiles) return document
  throw new EngineError(
    'unsupported',
    `the artifact ${name} (${digest}) has ${document.layers.length} files; the limit is ${mostFiles}`,
    { subject }
  )
}

interface FilesFetch {
  readonly source: ImageSource
  readonly document: Manifest
  readonly failed: AbortController
}

async function fetchFiles(
  { content, init }: StoreContext,
  { source, document, failed }: FilesFetch,
  options: ProgressOptions<PullProgress>
): Promise<void> {
  const inTurn = semaphore(init.parallelDownloads ?? 3)
  const fetchOne = async (descriptor: Descriptor, kind: BlobProgress['kind']): Promise<void> => {
    const report = blobReporter(descriptor, kind, options.onProgress)
    report.phase('waiting')
    const onBytes = (current: number): void => report.bytes('downloading', current)
    const came = await source.download({ descriptor, content, onBytes }, options)
    report.phase(came ? 'done' : 'exists')
  }
  const once = new Map(document.layers.map((layer) => [layer.digest, layer]))
  const jobs = [
    inTurn(() => fetchOne(document.config, 'config')),
    ...[...once.values()]
      .filter(({ digest }) => digest !== document.config.digest)
      .map((layer) => inTurn(() => fetchOne(layer, 'layer')))
  ]
  for (const job of jobs) job.catch((error: unknown) => failed.abort(error))
  // Nothing may go on behind the caller's back.
  await Promise.allSettled(jobs)
  if (failed.signal.aborted) throw failed.signal.reason
  await Promise.all(jobs)
}
