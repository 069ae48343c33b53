import { type Digest, digestOf } from '../digest.ts'
import { dockerMediaTypes, ociMediaTypes } from '../media-types.ts'
import type { Platform } from '../platform.ts'
import type { Descriptor } from './descriptor.ts'
import { orderedDescriptor, present, sorted } from './encode-descriptor.ts'
import type { Index } from './index-manifest.ts'

/** What is said anew about an entry; what is absent stays. */
export interface EntryChange {
  readonly platform?: Partial<Platform>
  /** Added to those that are there. */
  readonly annotations?: Readonly<Record<string, string>>
}

/** The index with one more entry, or with this one in place of that of the same digest. */
export function withEntry(index: Index, entry: Descriptor): Index {
  const at = index.manifests.findIndex(({ digest }) => digest === entry.digest)
  return { ...index, manifests: at < 0 ? [...index.manifests, entry] : index.manifests.with(at, entry) }
}

/** The index without the entry; `undefined` when it has none of that digest. */
export function withoutEntry(index: Index, digest: Digest): Index | undefined {
  const manifests = index.manifests.filter((entry) => entry.digest !== digest)
  return manifests.length === index.manifests.length ? undefined : { ...index, manifests }
}

/** The index with something else said about an entry; `undefined` when it has none of that digest. */
export function changeEntry(index: Index, digest: Digest, change: EntryChange): Index | undefined {
  const at = index.manifests.findIndex((entry) => entry.digest === digest)
  const entry = index.manifests[at]
  return entry && { ...index, manifests: index.manifests.with(at, changed(entry, change)) }
}

function changed(entry: Descriptor, { platform = {}, annotations = {} }: EntryChange): Descriptor {
  const notes = { ...entry.annotations, ...annotations }
  const told = Object.keys(platform).length > 0
  return {
    ...entry,
    ...(told ? { platform: { os: 'linux', architecture: '', ...entry.platform, ...platform } } : {}),
    ...(Object.keys(notes).length === 0 ? {} : { annotations: notes })
  }
}

export interface EncodedIndex {
  readonly bytes: Uint8Array
  readonly mediaType: string
  readonly digest: Digest
}

/**
 * The bytes of an index: OCI's, but Docker's manifest list when it is empty, or says something that only that has a place
 * for (features of a processor) and nothing that only OCI's has.
 */
export function encodeIndex(index: Index): EncodedIndex {
  const mediaType = isDockerList(index) ? dockerMediaTypes.manifestList : ociMediaTypes.index
  const { artifactType, subject, annotations } = index
  const document = present({
    schemaVersion: 2,
    mediaType,
    artifactType,
    manifests: index.manifests.map(orderedDescriptor),
    subject: subject && orderedDescriptor(subject),
    annotations: sorted(annotations)
  })
  const bytes = new TextEncoder().encode(JSON.stringify(document))
  return { bytes, mediaType, digest: digestOf(bytes) }
}

function isDockerList({ manifests, artifactType, subject, annotations = {} }: Index): boolean {
  if (artifactType !== undefined || subject !== undefined || Object.keys(annotations).length > 0) return false
  if (!manifests.every(isDockerEntry)) return false
  return manifests.length === 0 || manifests.some(({ platform }) => (platform?.features ?? []).length > 0)
}

const isDockerEntry = ({ mediaType, artifactType, annotations = {}, data, urls = [] }: Descriptor): boolean =>
  (mediaType === dockerMediaTypes.manifest || mediaType === dockerMediaTypes.manifestList) &&
  artifactType === undefined &&
  data === undefined &&
  urls.length === 0 &&
  Object.keys(annotations).length === 0
