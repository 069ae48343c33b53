import { type Artifacts, EngineError, type ProgressOptions, type PushProgress } from '@runcible/interface'
import type { Digest } from '@runcible/oci-spec'
import { copyImage } from '../copy-image.ts'
import { pushEndpoint } from '../endpoints.ts'
import type { StoreContext } from '../init.ts'
import { takeLease } from '../lease.ts'
import { openRegistry } from '../open-registry.ts'
import { joinedSignal } from '../pull-source.ts'
import { copySettings } from '../push.ts'
import { formatReference, normalizeReference } from '../reference.ts'
import { addReferrer } from '../registry/add-referrer.ts'
import { signer } from '../signer.ts'
import { contentSource } from '../transport/content-source.ts'
import { openSink } from '../transport/open-sink.ts'
import { type ImageLocation, parseTransport, transportOf } from '../transport/parse-transport.ts'
import { artifactOf, requireArtifact } from './records.ts'

/** To a registry or another place. An artifact about something is listed there among its referrers. */
export async function pushArtifact(
  context: StoreContext,
  name: string,
  destination: string | undefined,
  request: NonNullable<Parameters<Artifacts['push']>[2]> = {},
  options: ProgressOptions<PushProgress> = {}
): Promise<Digest> {
  const record = requireArtifact(context, name)
  const location = destinationOf(record.id, destination)
  const failed = new AbortController()
  const joined = { ...options, signal: joinedSignal(options.signal, failed) }
  await using _lease = await takeLease(context.state, joined)
  const { digest: top } = record.manifest
  await using source = contentSource(context, { name: record.id, reference: normalizeReference(record.id), top })
  await using sink = openSink(context, location, request, joined)
  const sign = await signer(location, request)
  try {
    const { digest, mediaType, bytes } = await copyImage(
      source,
      sink,
      { ...request, preserveDigests: true },
      {
        ...joined,
        ...copySettings(context),
        ...(sign === undefined ? {} : { sign })
      }
    )
    const { manifest } = await artifactOf(context, record, joined)
    if (manifest.subject !== undefined && location.transport === 'docker') {
      const endpoint = pushEndpoint(context.init, location.reference)
      await using client = openRegistry(context.init, endpoint, request, joined)
      await addReferrer(client, endpoint.repository, {
        manifest,
        descriptor: { digest, mediaType, size: bytes.length }
      })
    }
    context.events?.publish({ type: 'image', action: 'artifact-push', id: digest.slice(7), name: record.id })
    return digest
  } catch (error) {
    failed.abort(error)
    throw error
  }
}

function destinationOf(id: string, destination = id): ImageLocation {
  const location: ImageLocation =
    transportOf(destination) === undefined
      ? { transport: 'docker', reference: normalizeReference(destination) }
      : parseTransport(destination)
  if (location.transport !== 'docker' || location.reference.registry !== 'localhost') return location
  throw new EngineError('invalid-argument', `${formatReference(location.reference)} names no registry`, {
    hint: 'give the destination as a second argument'
  })
}
