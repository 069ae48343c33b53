import { type CallOptions, EngineError } from '@runcible/interface'
import {
  type Descriptor,
  type Digest,
  type Index,
  isIndexMediaType,
  isManifestMediaType,
  jsonLimits,
  parseIndex,
  parseJson,
  type Platform
} from '@runcible/oci-spec'
import { choosePlatform } from './choose-platform.ts'
import { deepFreeze } from './deep-freeze.ts'
import { described, openEntry, type OpenedImage } from './image.ts'
import type { ImageSource } from './transport/image-source.ts'
import { understood } from './transport/understood.ts'

/** An index at a source: read, without its images. An immutable value; of use as long as its source is open. */
export interface OpenedIndex {
  readonly name: string
  readonly digest: Digest
  readonly mediaType: string
  /** As the digest counts them. */
  readonly bytes: Uint8Array
  readonly index: Index
  /** Every entry, also what is no image. */
  readonly entries: readonly Descriptor[]
  /** The platforms that there are images for. */
  readonly platforms: readonly Platform[]
  /** The image for a platform, or of a digest. `not-found` that lists what there is. */
  image(which: Platform | Digest, options?: CallOptions): Promise<OpenedImage>
}

/**
 * Opens the index of a source.
 *
 * @throws EngineError `invalid-argument` when the source has one image alone.
 */
export async function openIndex(source: ImageSource, options: CallOptions = {}): Promise<OpenedIndex> {
  const { name } = source
  const { bytes, digest, mediaType } = described(source, await source.manifest(undefined, options))
  if (!isIndexMediaType(mediaType)) {
    throw new EngineError('invalid-argument', `${name} is one image, not an index of several`, {
      subject: { kind: 'image', name },
      hint: 'open it with openImage'
    })
  }
  const index = deepFreeze(understoodIndex(name, bytes))
  const images = index.manifests.filter(
    (entry) => isManifestMediaType(entry.mediaType) && entry.artifactType === undefined
  )
  return Object.freeze({
    name,
    digest,
    mediaType,
    bytes,
    index,
    entries: index.manifests,
    platforms: Object.freeze(images.flatMap(({ platform }) => platform ?? [])),
    image: async (which, call = {}) => await openEntry(source, choose(name, index, which), call)
  } satisfies OpenedIndex)
}

function choose(name: string, index: Index, which: Platform | Digest): Descriptor {
  if (typeof which !== 'string') return choosePlatform(name, index, which)
  const found = index.manifests.find(({ digest }) => digest === which)
  if (found === undefined)
    throw new EngineError('not-found', `the index of ${name} has no entry ${which}`, {
      subject: { kind: 'blob', name: which }
    })
  if (isManifestMediaType(found.mediaType)) return found
  throw new EngineError('unsupported', `the entry ${which} of ${name} is no image but ${found.mediaType}`, {
    subject: { kind: 'blob', name: which }
  })
}

const understoodIndex = (name: string, bytes: Uint8Array): Index =>
  understood(name, () => parseIndex(parseJson(bytes, jsonLimits.manifest)))
