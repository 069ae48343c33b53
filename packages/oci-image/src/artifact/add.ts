import { type AddArtifactRequest, type Artifact, type CallOptions, EngineError } from '@runcible/interface'
import { type Descriptor, digestOf, encodeManifest, jsonLimits, type Manifest, ociMediaTypes } from '@runcible/oci-spec'
import { writeBlob } from '../blobs.ts'
import { collect } from '../collect.ts'
import type { StoreContext } from '../init.ts'
import { takeLease } from '../lease.ts'
import { subjectOf } from '../manifest-list/entries.ts'
import { formatReference } from '../reference.ts'
import { localName } from '../short-names.ts'
import { checkMediaType, emptyDescriptor, storeFile, unknownArtifact, writeEmpty } from './build.ts'
import { createdKey, titleKey } from './keys.ts'
import { artifactOf, findArtifact, recordArtifact } from './records.ts'

/** Makes an artifact of files, or a new one of an old one and more files. */
export async function addArtifact(
  context: StoreContext,
  name: string,
  request: AddArtifactRequest,
  options: CallOptions = {}
): Promise<Artifact> {
  const reference = localName(name)
  const id = formatReference(reference)
  if (reference.digest !== undefined)
    throw new EngineError('invalid-argument', `an artifact is named by a tag, not by a digest: ${name}`)
  const old = await oldArtifact(context, id, request, options)
  try {
    await using _lease = await takeLease(context.state, options)
    const manifest = await newManifest(context, request, old?.manifest, options)
    const bytes = encodeManifest(manifest)
    if (bytes.length > jsonLimits.manifest.maxBytes)
      throw new EngineError(
        'exhausted',
        `the manifest of ${name} would be larger than ${jsonLimits.manifest.maxBytes / 1024 / 1024} MiB`
      )
    const digest = await writeBlob(context.content, bytes, digestOf(bytes), options)
    const descriptor = { mediaType: ociMediaTypes.manifest, digest, size: bytes.length }
    const blobs = [...new Set([manifest.config.digest, ...manifest.layers.map((layer) => layer.digest)])]
    const record = { id, manifest: descriptor, blobs, createdAt: Date.now() }
    recordArtifact(context, record)
    context.events?.publish({ type: 'image', action: 'artifact-add', id: digest.slice(7), name: id })
    return await artifactOf(context, record, options)
  } finally {
    // What a replaced artifact or a failure leaves.
    await collect(context)
  }
}

async function oldArtifact(
  context: StoreContext,
  id: string,
  { append = false, replace = false, type, subject }: AddArtifactRequest,
  options: CallOptions
): Promise<Artifact | undefined> {
  if (append && replace) throw new EngineError('invalid-argument', 'an artifact is either added to or replaced')
  const found = findArtifact(context, id)
  const problem = { subject: { kind: 'image', name: id } } as const
  if (append) {
    if (found === undefined) throw new EngineError('not-found', `${id}: artifact does not exist`, problem)
    if (type !== undefined || subject !== undefined)
      throw new EngineError('invalid-argument', 'what is added to an artifact changes neither its type nor its subject')
    return await artifactOf(context, found, options)
  }
  if (found === undefined || replace) return undefined
  throw new EngineError('already-exists', `${id}: artifact already exists`, {
    ...problem,
    hint: 'give --append to add files to it, or --replace'
  })
}

async function newManifest(
  context: StoreContext,
  { files, type, fileType, annotations, subject }: AddArtifactRequest,
  old: Manifest | undefined,
  options: CallOptions
): Promise<Manifest> {
  const mediaType = fileType === undefined ? undefined : checkMediaType(fileType, 'file type')
  const kept = (old?.layers ?? []).filter((layer) => layer.mediaType !== ociMediaTypes.empty)
  const layers: Descriptor[] = [...kept]
  for (const file of files) {
    const layer = await storeFile(context.content, file, { mediaType, annotations }, options)
    const title = layer.annotations?.[titleKey]
    if (layers.some((other) => other.annotations?.[titleKey] === title)) {
      throw new EngineError('already-exists', `the artifact has a file ${JSON.stringify(title)} already`, {
        hint: 'give each file a name of its own, or another title with --annotation org.opencontainers.image.title=NAME'
      })
    }
    layers.push(layer)
  }
  if (old !== undefined) return { ...old, layers }
  await writeEmpty(context.content, options)
  const about = subject === undefined ? {} : { subject: await subjectOf(context, subject, {}, options) }
  return {
    schemaVersion: 2,
    mediaType: ociMediaTypes.manifest,
    artifactType: checkMediaType(type ?? unknownArtifact, 'artifact type'),
    config: emptyDescriptor,
    layers: layers.length === 0 ? [emptyDescriptor] : layers,
    ...about,
    annotations: { [createdKey]: new Date().toISOString() }
  }
}
