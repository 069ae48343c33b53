import {
  EngineError,
  type ManifestListMember,
  type ProgressOptions,
  type PullProgress,
  type TransferRequest
} from '@runcible/interface'
import {
  type Descriptor,
  hostPlatform,
  isConfigMediaType,
  isIndexMediaType,
  isManifestMediaType,
  isSchema1MediaType,
  jsonLimits,
  type Manifest,
  parseImageConfig,
  parseIndex,
  parseJson,
  parseManifest,
  type Platform
} from '@runcible/oci-spec'
import { choosePlatform } from '../choose-platform.ts'
import type { StoreContext } from '../init.ts'
import { cleanText } from '../registry/redact.ts'
import type { FetchedManifest } from '../registry/manifests.ts'
import { mediaTypeOf } from '../transport/checked-manifest.ts'
import type { ImageSource } from '../transport/image-source.ts'
import { schema1, understood } from '../transport/understood.ts'
import { openNamed } from './open-named.ts'
import { mostEntries } from './records.ts'

/** An entry for a list, and where it comes from. */
export interface ListEntry {
  readonly descriptor: Descriptor
  readonly member: ManifestListMember
}

export interface EntriesRequest extends TransferRequest {
  readonly all?: boolean
}

/** The entries that an image gives: its own, or of an index the one for the platform, or all. */
export async function entriesOf(
  context: StoreContext,
  name: string,
  request: EntriesRequest = {},
  options: ProgressOptions<PullProgress> = {}
): Promise<readonly ListEntry[]> {
  await using source = await openNamed(context, name, request, options)
  const top = described(source, await source.manifest(undefined, options))
  if (!isIndexMediaType(top.mediaType)) {
    const descriptor = { mediaType: top.mediaType, digest: top.digest, size: top.bytes.length }
    return [await entryFor(source, descriptor, top, options)]
  }
  const index = understood(source.name, () => parseIndex(parseJson(top.bytes, jsonLimits.manifest)))
  if (index.manifests.length > mostEntries)
    throw new EngineError(
      'corrupt',
      `the index ${top.digest} of ${source.name} has ${index.manifests.length} entries; the limit is ${mostEntries}`,
      {
        subject: { kind: 'blob', name: top.digest }
      }
    )
  const wanted = request.platform ?? context.init.platform ?? hostPlatform()
  const chosen = request.all === true ? index.manifests : [choosePlatform(source.name, index, wanted)]
  const entries: ListEntry[] = []
  for (const descriptor of chosen) {
    if (!isManifestMediaType(descriptor.mediaType)) throw noManifest(source, descriptor)
    entries.push(await entryFor(source, descriptor, undefined, options))
  }
  return entries
}

/** The top manifest or index of an image, as what another document refers to. */
export async function subjectOf(
  context: StoreContext,
  name: string,
  request: TransferRequest = {},
  options: ProgressOptions<PullProgress> = {}
): Promise<Descriptor> {
  await using source = await openNamed(context, name, request, options)
  const { mediaType, digest, bytes } = described(source, await source.manifest(undefined, options))
  return { mediaType, digest, size: bytes.length }
}

function noManifest({ name }: ImageSource, { digest, mediaType }: Descriptor): EngineError {
  const why = isIndexMediaType(mediaType)
    ? 'an index again, and lists of lists are not made'
    : `a ${cleanText(mediaType, 100)}, which is no manifest`
  return new EngineError('unsupported', `the entry ${digest} of ${name} is ${why}`, {
    subject: { kind: 'blob', name: digest }
  })
}

// Some registries send a generic content type: then the document itself says what it is.
function described({ name }: ImageSource, manifest: FetchedManifest): FetchedManifest {
  if (isSchema1MediaType(manifest.mediaType)) throw schema1(name)
  if (isIndexMediaType(manifest.mediaType) || isManifestMediaType(manifest.mediaType)) return manifest
  const mediaType = mediaTypeOf(manifest.bytes, name)
  if (isIndexMediaType(mediaType) || isManifestMediaType(mediaType)) return { ...manifest, mediaType }
  throw new EngineError(
    'unsupported',
    `${name} is a ${cleanText(mediaType, 100)}, which is neither a manifest nor an index`,
    {
      subject: { kind: 'blob', name: manifest.digest }
    }
  )
}

async function entryFor(
  source: ImageSource,
  listed: Descriptor,
  known: FetchedManifest | undefined,
  options: ProgressOptions<PullProgress>
): Promise<ListEntry> {
  const manifest = known ?? (await source.manifest(listed.digest, options))
  if (manifest.bytes.length !== listed.size)
    throw new EngineError(
      'corrupt',
      `the manifest ${listed.digest} of ${source.name} has ${manifest.bytes.length} bytes, its index says ${listed.size}`,
      {
        subject: { kind: 'blob', name: listed.digest }
      }
    )
  const document = understood(source.name, () => parseManifest(parseJson(manifest.bytes, jsonLimits.manifest)))
  const told = { ...(await tellings(source, document, listed, options)), ...listed }
  return { descriptor: told, member: memberOf(source, listed, document) }
}

/** What the index should say about an image or artifact that comes from no index. */
async function tellings(
  source: ImageSource,
  document: Manifest,
  listed: Descriptor,
  options: ProgressOptions<PullProgress>
): Promise<Pick<Descriptor, 'platform' | 'artifactType'>> {
  if (document.artifactType !== undefined) return { artifactType: document.artifactType }
  if (listed.platform !== undefined) return {}
  if (!isConfigMediaType(document.config.mediaType)) return { artifactType: document.config.mediaType }
  const platform = await platformOf(source, document, options)
  return platform === undefined ? {} : { platform }
}

async function platformOf(
  source: ImageSource,
  { config: descriptor }: Manifest,
  options: ProgressOptions<PullProgress>
): Promise<Platform | undefined> {
  if (descriptor.size > jsonLimits.config.maxBytes)
    throw new EngineError(
      'corrupt',
      `the config ${descriptor.digest} of ${source.name} is larger than ${jsonLimits.config.maxBytes / 1024 / 1024} MiB`,
      {
        subject: { kind: 'blob', name: descriptor.digest }
      }
    )
  const chunks: Uint8Array[] = []
  for await (const chunk of source.blob(descriptor, { signal: options.signal })) chunks.push(chunk)
  const config = understood(source.name, () => parseImageConfig(parseJson(Buffer.concat(chunks), jsonLimits.config)))
  if (config.os === '' && config.architecture === '') return undefined
  const [version, features] = [config['os.version'], config['os.features']]
  return {
    architecture: config.architecture,
    os: config.os,
    ...(version === undefined ? {} : { 'os.version': version }),
    ...(features === undefined ? {} : { 'os.features': features }),
    ...(config.variant === undefined ? {} : { variant: config.variant })
  }
}

function memberOf(source: ImageSource, { digest }: Descriptor, { config, layers }: Manifest): ManifestListMember {
  if (source.transport !== 'containers-storage') return { digest, source: source.name, blobs: [] }
  return { digest, blobs: [...new Set([digest, config.digest, ...layers.map((layer) => layer.digest)])] }
}
