import { randomUUID } from 'node:crypto'
import {
  type CallOptions,
  type CommitImageRequest,
  EngineError,
  type ImageRecord,
  type ResolvedImage
} from '@runcible/interface'
import {
  chainId,
  chainIds,
  type Descriptor,
  type Digest,
  dockerMediaTypes,
  type ImageRunConfig,
  ociMediaTypes
} from '@runcible/oci-spec'
import { writeBlob } from './blobs.ts'
import { applyChanges } from './changes.ts'
import { collect } from './collect.ts'
import { commitConfig, layerIn } from './commit-config.ts'
import { encodeDocument, imageRecord } from './fetch-image.ts'
import { type FoundImage, recordImage, requireImage } from './find-image.ts'
import type { StoreContext } from './init.ts'
import { takeLease } from './lease.ts'
import { formatReference } from './reference.ts'
import { abortedError } from './registry/errors.ts'
import { resolveFound } from './resolve.ts'
import { localName } from './short-names.ts'
import { layerSize, unpackLayer } from './unpack.ts'
import { viewImage } from './view.ts'

/** Makes an image of the layers of another one and of what a container changed. */
export async function commitImage(
  context: StoreContext,
  request: CommitImageRequest,
  options: CallOptions = {}
): Promise<ResolvedImage> {
  if (request.message !== undefined && request.format !== 'docker')
    throw new EngineError('invalid-argument', 'messages are only compatible with the docker image format', {
      hint: 'add --format docker'
    })
  // Whatever is wrong with the request is found before anything is read.
  const run = applyChanges(request.changes ?? [], request.run)
  const name = request.name === undefined ? undefined : formatReference(localName(request.name))
  const found = await underLease(context, { request, run, name }, options).catch(async (error) => {
    await collect(context)
    throw error
  })
  await collect(context)
  return resolveFound(context, found, options)
}

interface CommitJob {
  readonly request: CommitImageRequest
  readonly run: ImageRunConfig
  readonly name: string | undefined
}

async function underLease(
  context: StoreContext,
  { request, run, name }: CommitJob,
  options: CallOptions
): Promise<FoundImage> {
  await using _lease = await takeLease(context.state, options)
  const { record: base } = requireImage(context, request.base)
  const { imageConfig } = await resolveFound(context, { record: base, stored: undefined, name: base.id }, options)
  const { format = 'oci' } = request
  const below: Pick<ImageRecord, 'layers' | 'diffIds' | 'chainId'> =
    request.squash === true ? { layers: [], diffIds: [] } : base
  const sizesBelow = await Promise.all(
    chainIds(below.diffIds).map((id, at) => layerSize(context, { chainId: id, diffId: below.diffIds[at] as Digest }))
  )
  const layer = await storeLayer(context, request, options)
  const diffIds = [...below.diffIds, layer.digest]
  await unpackLayer(context, { layer, diffId: layer.digest, chainId: chainId(diffIds), parent: below.chainId }, options)
  const created = new Date().toISOString()
  const config = commitConfig({ request, run, base: imageConfig, diffIds, created })
  const layers = [...below.layers, layer].map((each) => layerIn(format, each))
  const written = await writeManifest(context, { format, config, layers }, options)
  return recordImage(context.state, name, imageRecord({ ...written, config, layerSizes: [...sizesBelow, layer.size] }))
}

/** The difference as a blob: uncompressed, so that its digest is its diff id. */
async function storeLayer(
  context: StoreContext,
  { base, upper, squash = false }: CommitImageRequest,
  options: CallOptions
): Promise<Descriptor & { readonly digest: Digest }> {
  await using view = squash ? undefined : await viewImage(context, base, options)
  const ingest = await context.content.ingest({ ref: `commit/${randomUUID()}` }, options)
  if (ingest === undefined) throw new EngineError('internal', 'the content store took an unknown blob for a known one')
  try {
    for await (const chunk of context.differ.compare({ lower: view?.mounts ?? [], upper }, options)) {
      if (options.signal?.aborted === true) throw abortedError(options.signal)
      await ingest.write(chunk)
    }
    const { digest, size } = await ingest.commit()
    return { mediaType: ociMediaTypes.layer, digest, size }
  } catch (error) {
    await ingest.abort()
    throw error
  }
}

interface ManifestParts {
  readonly format: 'oci' | 'docker'
  readonly config: object
  readonly layers: readonly Descriptor[]
}

async function writeManifest(
  { content }: StoreContext,
  { format, config, layers }: ManifestParts,
  options: CallOptions
) {
  const types = format === 'oci' ? ociMediaTypes : dockerMediaTypes
  const encoded = encodeDocument(config)
  await writeBlob(content, encoded.bytes, encoded.digest, options)
  const document = {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: { mediaType: types.config, digest: encoded.digest, size: encoded.bytes.length },
    layers
  } as const
  const manifest = encodeDocument(document)
  await writeBlob(content, manifest.bytes, manifest.digest, options)
  const descriptor = { mediaType: types.manifest, digest: manifest.digest, size: manifest.bytes.length }
  return { manifest: descriptor, document }
}
