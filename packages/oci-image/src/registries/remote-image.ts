import {
  type CallOptions,
  EngineError,
  isEngineError,
  type RegistryAccess,
  type RemoteImage,
  type RemoteImageRequest
} from '@runcible/interface'
import {
  hostPlatform,
  isIndexMediaType,
  isManifestMediaType,
  isSchema1MediaType,
  jsonLimits,
  normalizePlatform,
  parseIndex,
  parseJson,
  parseManifest
} from '@runcible/oci-spec'
import { choosePlatform } from '../choose-platform.ts'
import { pushEndpoint } from '../endpoints.ts'
import type { OciImageStoreInit } from '../init.ts'
import { openRegistry } from '../open-registry.ts'
import { type QualifiedReference, referenceTarget, repositoryName } from '../reference.ts'
import type { FetchedManifest } from '../registry/manifests.ts'
import { mediaTypeOf } from '../transport/checked-manifest.ts'
import type { ImageSource } from '../transport/image-source.ts'
import { openSourceAt } from '../transport/open-source.ts'
import { type ImageLocation, parseTransport } from '../transport/parse-transport.ts'
import { schema1, understood } from '../transport/understood.ts'
import { repositoryTags } from './tags.ts'

/** An image at another place than the store: its documents, and nothing of its layers. */
export async function inspectLocation(
  init: OciImageStoreInit,
  text: string,
  request: RemoteImageRequest = {},
  options: CallOptions = {}
): Promise<RemoteImage> {
  const location = outside(text)
  const { parts = 'all', tags = false, ...access } = request
  await using source = openSourceAt(init, location, access, options)
  const top = await source.manifest(undefined, options)
  const reference = location.transport === 'docker' ? location.reference : undefined
  const named = location.transport === 'docker-daemon' ? source.reference : reference
  const known = {
    repository: named && repositoryName(named),
    digest: top.digest,
    raw: top.bytes,
    tags: tags && reference !== undefined ? await tagsIfTold(init, reference, access, options) : []
  }
  if (parts === 'raw') return known
  const manifest = await imageManifest(init, source, { top, request, options })
  return { ...known, manifest: manifest.bytes, config: await readConfig(source, manifest, options) }
}

interface Choice {
  readonly top: FetchedManifest
  readonly request: RemoteImageRequest
  readonly options: CallOptions
}

/** The manifest itself, or the one that the index has for the platform. */
async function imageManifest(
  init: OciImageStoreInit,
  source: ImageSource,
  { top, request, options }: Choice
): Promise<FetchedManifest> {
  const { name } = source
  // Some registries send a generic content type: then the document itself says what it is.
  const known = isIndexMediaType(top.mediaType) || isManifestMediaType(top.mediaType)
  const mediaType = known ? top.mediaType : mediaTypeOf(top.bytes, name)
  if (isSchema1MediaType(mediaType)) throw schema1(name)
  if (!isIndexMediaType(mediaType)) return top
  const index = understood(name, () => parseIndex(parseJson(top.bytes, jsonLimits.manifest)))
  const platform = normalizePlatform(request.platform ?? init.platform ?? hostPlatform())
  return await source.manifest(choosePlatform(name, index, platform).digest, options)
}

async function readConfig(source: ImageSource, manifest: FetchedManifest, options: CallOptions): Promise<Uint8Array> {
  const { config } = understood(source.name, () => parseManifest(parseJson(manifest.bytes, jsonLimits.manifest)))
  if (config.size > jsonLimits.config.maxBytes) {
    throw new EngineError('corrupt', `the config of ${source.name} is larger than the limit`, {
      subject: { kind: 'blob', name: config.digest }
    })
  }
  const chunks: Uint8Array[] = []
  for await (const chunk of source.blob(config, options)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

// A user may be allowed to pull and not to list.
async function tagsIfTold(
  init: OciImageStoreInit,
  reference: QualifiedReference,
  access: RegistryAccess,
  options: CallOptions
): Promise<readonly string[]> {
  try {
    return await repositoryTags(init, reference, access, options)
  } catch (error) {
    if (isEngineError(error, 'unauthorized')) return []
    throw error
  }
}

/**
 * Deletes an image: at a registry, with every tag of it; at a Docker daemon a name, and with the last one the image;
 * in a layout its entry, and the blobs that no other image of the layout needs.
 */
export async function removeAt(
  init: OciImageStoreInit,
  text: string,
  request: RegistryAccess = {},
  options: CallOptions = {}
): Promise<void> {
  const location = parseTransport(text)
  if (location.transport === 'docker-daemon') {
    const { removeFromDaemon } = await import('../transport/docker-daemon.ts')
    return await removeFromDaemon({ image: location.image, init, request, signal: options.signal })
  }
  if (location.transport === 'oci') {
    const { removeFromLayout } = await import('../transport/oci-remove.ts')
    return await removeFromLayout(location, request.sharedBlobDirectory, options)
  }
  if (location.transport !== 'docker') {
    throw new EngineError('unsupported', `images cannot be deleted at ${location.transport}:`, {
      hint:
        location.transport === 'containers-storage'
          ? 'use "runcible rmi NAME" for an image of the store'
          : 'remove the file or directory itself'
    })
  }
  const { reference } = location
  const endpoint = pushEndpoint(init, reference)
  await using client = openRegistry(init, endpoint, request, options)
  const target = referenceTarget(reference)
  const { digest } = await client.manifest(endpoint.repository, target)
  await client.deleteManifest(endpoint.repository, digest)
}

function outside(text: string): Exclude<ImageLocation, { transport: 'containers-storage' }> {
  const location = parseTransport(text)
  if (location.transport !== 'containers-storage') return location
  throw new EngineError('invalid-argument', `${text} is in the store`, {
    hint: `use "runcible image inspect ${location.image}"`
  })
}
