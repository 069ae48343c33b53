import type { ManifestListRecord, PushListRequest } from '@runcible/interface'
import {
  type Descriptor,
  isManifestMediaType,
  isNondistributableLayer,
  jsonLimits,
  type LayerCompression,
  layerCompression,
  parseJson,
  parseManifest,
  withEntry
} from '@runcible/oci-spec'
import { copyImage, type CopyOptions } from '../copy-image.ts'
import type { StoreContext } from '../init.ts'
import type { FetchedManifest } from '../registry/manifests.ts'
import type { ImageSink } from '../transport/image-sink.ts'
import type { ImageSource } from '../transport/image-source.ts'
import { understood } from '../transport/understood.ts'
import { type ListSource, listSource, type MemberAccess } from './list-source.ts'
import { checkedIndex } from './records.ts'

export interface VariantsRequest {
  readonly record: ManifestListRecord
  readonly access: MemberAccess
  readonly sink: ImageSink
  readonly formats: NonNullable<PushListRequest['addCompression']>
  readonly removeSignatures: boolean | undefined
}

/** A list with entries more, and the manifests of those. */
export interface Variants {
  readonly record: ManifestListRecord
  readonly manifests: readonly FetchedManifest[]
}

/**
 * Writes each image of a list once more for every compression that it does not have yet. Clients that know zstd prefer
 * such an entry by its annotation; others take the first that suits them.
 */
export async function addVariants(
  context: StoreContext,
  { record, access, sink, formats, removeSignatures }: VariantsRequest,
  options: CopyOptions
): Promise<Variants> {
  if (formats.length === 0) return { record, manifests: [] }
  await using source = listSource(context, record, access, options)
  const manifests: FetchedManifest[] = []
  let { index } = record
  for (const entry of record.index.manifests) {
    if (!isManifestMediaType(entry.mediaType) || entry.artifactType !== undefined) continue
    const own = await compressionOf(source, entry, options)
    for (const format of formats) {
      if (own === undefined || own === format) continue
      const wish = {
        compression: { format, force: true },
        format: 'oci',
        ...(removeSignatures === undefined ? {} : { removeSignatures })
      } as const
      const made = await copyImage(partSource(source, entry), partSink(sink), wish, options)
      manifests.push(made)
      index = withEntry(index, variantEntry(entry, made, format))
    }
  }
  return { record: { ...record, index: checkedIndex(record.name, index) }, manifests }
}

function variantEntry(entry: Descriptor, { mediaType, digest, bytes }: FetchedManifest, format: string): Descriptor {
  const notes = format === 'zstd' ? { 'io.github.containers.compression.zstd': 'true' } : {}
  const annotations = { ...entry.annotations, ...notes }
  return {
    mediaType,
    digest,
    size: bytes.length,
    ...(entry.platform === undefined ? {} : { platform: entry.platform }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations })
  }
}

/** How the layers of an image are packed; `undefined` when there is nothing to pack. */
async function compressionOf(
  source: ListSource,
  { digest }: Descriptor,
  { signal }: CopyOptions
): Promise<LayerCompression | undefined> {
  const { bytes } = await source.manifest(digest, { signal })
  const { layers } = understood(source.name, () => parseManifest(parseJson(bytes, jsonLimits.manifest)))
  const packings = new Set(
    layers
      .filter(({ mediaType }) => !isNondistributableLayer(mediaType))
      .map(({ mediaType }) => layerCompression(mediaType))
  )
  const [only, ...others] = packings
  return others.length === 0 ? only : 'none'
}

const partSource = (source: ListSource, { digest }: Descriptor): ImageSource => ({
  ...source,
  manifest: (asked, call) => source.manifest(asked ?? digest, call),
  signatures: async () => [],
  [Symbol.asyncDispose]: async () => undefined
})

/** What is written is a part of something that comes later. */
const partSink = (sink: ImageSink): ImageSink => ({
  ...sink,
  putManifest: (manifest, call) => sink.putManifest(manifest, { ...call, isTop: false }),
  commit: async () => undefined,
  [Symbol.asyncDispose]: async () => undefined
})
