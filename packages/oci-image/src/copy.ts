import {
  type CopiedImage,
  type CopyRequest,
  EngineError,
  type ProgressOptions,
  type PullProgress,
  type PushProgress
} from '@runcible/interface'
import { copyImage } from './copy-image.ts'
import type { StoreContext } from './init.ts'
import { takeLease } from './lease.ts'
import { joinedSignal, pullSource } from './pull-source.ts'
import { copySettings } from './push.ts'
import { formatReference } from './reference.ts'
import { localName } from './short-names.ts'
import { signer } from './signer.ts'
import { openSink } from './transport/open-sink.ts'
import { openStoreSource, temporaryDirectory } from './transport/open-source.ts'
import type { ImageSource } from './transport/image-source.ts'
import { type ImageLocation, parseTransport } from './transport/parse-transport.ts'

/** From one place to another, both named with their transports. */
export async function copyLocations(
  context: StoreContext,
  sourceText: string,
  destinationText: string,
  request: CopyRequest = {},
  options: ProgressOptions<PullProgress> = {}
): Promise<CopiedImage> {
  const [from, to] = [parseTransport(sourceText), parseTransport(destinationText)]
  const failed = new AbortController()
  const joined = { ...options, signal: joinedSignal(options.signal, failed) }
  await using _lease = from.transport === 'containers-storage' ? await takeLease(context.state, joined) : undefined
  await using source = openStoreSource(context, from, request.source ?? {}, joined)
  if (to.transport === 'containers-storage')
    return await intoStore(context, source, to.image, { request, failed }, joined)
  const sign = await signer(to, request)
  await using sink = openSink(context, to, { ...request.destination, tags: request.tags }, joined)
  const copied = await copyImage(source, sink, request, {
    ...(joined as ProgressOptions<PushProgress>),
    ...copySettings(context),
    tmp: temporaryDirectory(context.init, request.destination),
    ...(request.parallel === undefined ? {} : { parallel: request.parallel }),
    ...(request.source?.platform === undefined ? {} : { platform: request.source.platform }),
    ...(sign === undefined ? {} : { sign }),
    ...mounts(from, to),
    check: async (manifest, within) => {
      const policyFile = request.source?.signaturePolicy
      await context.init.signaturePolicy?.check(source, manifest, { within, policyFile, signal: joined.signal })
    }
  }).catch((error: unknown) => {
    failed.abort(error)
    throw error
  })
  return { digest: copied.digest, mediaType: copied.mediaType }
}

interface StoreCopy {
  readonly request: CopyRequest
  readonly failed: AbortController
}

async function intoStore(
  context: StoreContext,
  source: ImageSource,
  image: string,
  { request, failed }: StoreCopy,
  options: ProgressOptions<PullProgress>
): Promise<CopiedImage> {
  const changes = request.format ?? request.compression ?? request.sign?.[0]
  if (changes !== undefined || (request.images ?? 'system') !== 'system') {
    throw new EngineError('unsupported', 'the store keeps one image of an index, as it is and without new signatures', {
      hint: 'convert, compress or sign on the way to another place'
    })
  }
  const names = [formatReference(localName(image))]
  const pulled = await pullSource(context, { source, names, request: request.source ?? {}, failed }, options)
  return { digest: pulled.manifest.digest, mediaType: pulled.manifest.mediaType }
}

/** A repository of the same registry can lend its blobs. */
function mounts(from: ImageLocation, to: ImageLocation): { readonly mountFrom?: () => string } {
  if (from.transport !== 'docker' || to.transport !== 'docker') return {}
  if (from.reference.registry !== to.reference.registry || from.reference.repository === to.reference.repository)
    return {}
  return { mountFrom: () => from.reference.repository }
}
