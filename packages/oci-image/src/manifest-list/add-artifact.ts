import { readFile, stat } from 'node:fs/promises'
import { type AddArtifactToListRequest, type CallOptions, EngineError, type ManifestList } from '@runcible/interface'
import { type Descriptor, digestOf, encodeManifest, jsonLimits, type Manifest, ociMediaTypes } from '@runcible/oci-spec'
import { checkMediaType, emptyDescriptor, storeFile, unknownArtifact, writeEmpty } from '../artifact/build.ts'
import { writeBlob } from '../blobs.ts'
import { collect } from '../collect.ts'
import type { StoreContext } from '../init.ts'
import { takeLease } from '../lease.ts'
import { addEntries } from './add.ts'
import { subjectOf } from './entries.ts'
import { listOf, requireList } from './records.ts'

/** Makes an artifact of files, in this store, and an entry for it. */
export async function addArtifactToList(
  context: StoreContext,
  name: string,
  request: AddArtifactToListRequest,
  options: CallOptions = {}
): Promise<ManifestList> {
  const { id } = requireList(context, name)
  try {
    await using _lease = await takeLease(context.state, options)
    const manifest = await artifactManifest(context, request, options)
    const bytes = encodeManifest(manifest)
    const digest = await writeBlob(context.content, bytes, digestOf(bytes), options)
    const artifactType = manifest.artifactType ?? manifest.config.mediaType
    const descriptor: Descriptor = { mediaType: ociMediaTypes.manifest, digest, size: bytes.length, artifactType }
    const blobs = [...new Set([digest, manifest.config.digest, ...manifest.layers.map((layer) => layer.digest)])]
    return listOf(addEntries(context, id, [{ descriptor, member: { digest, blobs } }], request.entry))
  } catch (error) {
    await collect(context)
    throw error
  }
}

async function artifactManifest(
  context: StoreContext,
  request: AddArtifactToListRequest,
  options: CallOptions
): Promise<Manifest> {
  const { files, layerType, withoutTitles = false, subject } = request
  const mediaType = layerType === undefined ? undefined : checkMediaType(layerType, 'layer type')
  const layers: Descriptor[] = []
  for (const file of files)
    layers.push(await storeFile(context.content, file, { mediaType, ...(withoutTitles ? { title: '' } : {}) }, options))
  const about = subject === undefined ? {} : { subject: await subjectOf(context, subject, {}, options) }
  const config = await artifactConfig(context, request, options)
  // Without files the empty blob stands in: a manifest has at least one layer.
  if (layers.length === 0 || config.digest === emptyDescriptor.digest) await writeEmpty(context.content, options)
  return {
    schemaVersion: 2,
    mediaType: ociMediaTypes.manifest,
    artifactType: checkMediaType(request.type ?? unknownArtifact, 'artifact type'),
    config,
    layers: layers.length === 0 ? [emptyDescriptor] : layers,
    ...about
  }
}

async function artifactConfig(
  { content }: StoreContext,
  { config, configType }: AddArtifactToListRequest,
  options: CallOptions
): Promise<Descriptor> {
  if (config === undefined) {
    if (configType === undefined) return emptyDescriptor
    return { ...emptyDescriptor, mediaType: checkMediaType(configType, 'config type') }
  }
  const bytes = 'text' in config ? Buffer.from(config.text) : await readConfig(config.path)
  const digest = await writeBlob(content, bytes, digestOf(bytes), options)
  return {
    mediaType: checkMediaType(configType ?? 'application/vnd.unknown.config.v1+json', 'config type'),
    digest,
    size: bytes.length
  }
}

async function readConfig(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path)
    if (size > jsonLimits.config.maxBytes)
      throw new Error(`it is larger than ${jsonLimits.config.maxBytes / 1024 / 1024} MiB`)
    return await readFile(path)
  } catch (error) {
    throw new EngineError('invalid-argument', `cannot read the config ${path}: ${(error as Error).message}`, {
      cause: error
    })
  }
}
