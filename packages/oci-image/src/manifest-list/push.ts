import {
  EngineError,
  type ManifestListRecord,
  type ProgressOptions,
  type PushListRequest,
  type PushProgress
} from '@runcible/interface'
import type { Digest } from '@runcible/oci-spec'
import { copyImage } from '../copy-image.ts'
import type { StoreContext } from '../init.ts'
import { takeLease } from '../lease.ts'
import { joinedSignal } from '../pull-source.ts'
import { copySettings } from '../push.ts'
import { normalizeReference } from '../reference.ts'
import { signer } from '../signer.ts'
import { openSink } from '../transport/open-sink.ts'
import { type ImageLocation, parseTransport, transportOf } from '../transport/parse-transport.ts'
import { addVariants } from './add-variants.ts'
import { listSource, type MemberAccess } from './list-source.ts'
import { requireList } from './records.ts'

/** To a registry or another place, with all images of the list or without. Returns the digest of the list there. */
export async function pushList(
  context: StoreContext,
  name: string,
  destination: string | undefined,
  request: PushListRequest = {},
  options: ProgressOptions<PushProgress> = {}
): Promise<Digest> {
  const { all = true, addCompression = [], ...wish } = request
  const record = requireList(context, name)
  const location = destinationOf(record, destination)
  if (addCompression.length > 0 && (!all || wish.compression?.force === true || wish.format === 'docker')) {
    throw new EngineError(
      'invalid-argument',
      'images of another compression are added to all images of a list as they are',
      {
        hint: 'leave out --all=false, --force-compression and --format v2s2, or --add-compression'
      }
    )
  }
  const failed = new AbortController()
  const joined = { ...options, signal: joinedSignal(options.signal, failed) }
  await using _lease = await takeLease(context.state, joined)
  await using sink = openSink(context, location, request, joined)
  const sign = await signer(location, wish)
  const access = {
    request: transferOf(request),
    registry: location.transport === 'docker' ? location.reference.registry : undefined
  }
  const settings = { ...joined, ...copySettings(context) }
  try {
    const { removeSignatures } = wish
    const variants = await addVariants(
      context,
      { record, access, sink, formats: addCompression, removeSignatures },
      settings
    )
    await using source = listSource(context, variants.record, access, joined)
    for (const manifest of variants.manifests) source.lend(manifest)
    const copied = await copyImage(
      source,
      sink,
      { ...wish, images: all ? 'all' : 'index-only' },
      {
        ...settings,
        ...(sign === undefined ? {} : { sign })
      }
    )
    context.events?.publish({ type: 'image', action: 'push', id: record.id, name: destination ?? record.name })
    return copied.digest
  } catch (error) {
    failed.abort(error)
    throw error
  }
}

/** What a push says about access alone. */
function transferOf({
  auth,
  tlsVerify,
  authFile,
  certificateDir,
  retries,
  retryDelay,
  anonymous,
  registryToken
}: PushListRequest): MemberAccess['request'] {
  const said = { auth, tlsVerify, authFile, certificateDir, retries, retryDelay, anonymous, registryToken }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
}

function destinationOf({ name }: ManifestListRecord, destination = name): ImageLocation {
  if (transportOf(destination) !== undefined) return parseTransport(destination)
  return { transport: 'docker', reference: normalizeReference(destination) }
}
