import { EngineError, type ProgressOptions, type PushProgress, type PushRequest } from '@runcible/interface'
import type { Digest } from '@runcible/oci-spec'
import { copyImage } from './copy-image.ts'
import { type FoundImage, nameRepository, requireImage } from './find-image.ts'
import type { StoreContext } from './init.ts'
import { takeLease } from './lease.ts'
import { joinedSignal } from './pull-source.ts'
import { formatReference, normalizeReference, type QualifiedReference } from './reference.ts'
import { signer } from './signer.ts'
import { openSink } from './transport/open-sink.ts'
import { temporaryDirectory } from './transport/open-source.ts'
import { type ImageLocation, parseTransport, transportOf } from './transport/parse-transport.ts'
import { storeSource } from './transport/store-source.ts'

/** From the store to a registry, or to another place named with its transport. Returns the manifest's digest there. */
export async function pushImage(
  context: StoreContext,
  name: string,
  destination: string | undefined,
  request: PushRequest = {},
  options: ProgressOptions<PushProgress> = {}
): Promise<Digest> {
  const found = requireImage(context, name)
  const location = destinationOf(found, destination)
  const failed = new AbortController()
  const joined = { ...options, signal: joinedSignal(options.signal, failed) }
  await using _lease = await takeLease(context.state, joined)
  await using source = storeSource(context, name, joined)
  await using sink = openSink(context, location, request, joined)
  const sign = await signer(location, request)
  const mounts = location.transport === 'docker' ? mountCandidates(context, location.reference) : undefined
  const copied = await copyImage(source, sink, request, {
    ...joined,
    ...copySettings(context),
    ...(sign === undefined ? {} : { sign }),
    ...(mounts === undefined ? {} : { mountFrom: (digest) => mounts.get(digest) })
  }).catch((error: unknown) => {
    failed.abort(error)
    throw error
  })
  context.events?.publish({
    type: 'image',
    action: 'push',
    id: found.record.id,
    name: destinationName(location, destination)
  })
  return copied.digest
}

/** What the store's settings say about copies. */
export const copySettings = ({ init }: StoreContext) => ({
  tmp: temporaryDirectory(init),
  ...(init.parallelDownloads === undefined ? {} : { parallel: init.parallelDownloads }),
  ...(init.uploadChunkSize === undefined ? {} : { chunkSize: init.uploadChunkSize })
})

const destinationName = (location: ImageLocation, destination: string | undefined): string =>
  location.transport === 'docker' ? formatReference(location.reference) : (destination ?? '')

function destinationOf(found: FoundImage, destination: string | undefined): ImageLocation {
  if (destination !== undefined) {
    const transport = transportOf(destination)
    if (transport !== undefined) return parseTransport(destination)
    return { transport: 'docker', reference: normalizeReference(destination) }
  }
  if (found.stored !== undefined) return { transport: 'docker', reference: normalizeReference(found.stored.id) }
  throw new EngineError(
    'invalid-argument',
    `image ${found.name.slice(0, 12)} was named by its id: a push needs a destination`,
    {
      hint: 'name the image, or give the destination as a second argument'
    }
  )
}

function mountCandidates({ state }: StoreContext, reference: QualifiedReference): ReadonlyMap<Digest, string> {
  const candidates = new Map<Digest, string>()
  const prefix = `${reference.registry}/`
  for (const { id, imageId } of state.imageNames.list()) {
    const repository = nameRepository(id).slice(prefix.length)
    if (!id.startsWith(prefix) || repository === reference.repository) continue
    for (const { digest } of state.images.get(imageId)?.layers ?? []) candidates.set(digest, repository)
  }
  return candidates
}
