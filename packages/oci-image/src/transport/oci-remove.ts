import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type CallOptions, EngineError, isEngineError } from '@runcible/interface'
import {
  type Descriptor,
  type Digest,
  digestAlgorithm,
  digestHex,
  isIndexMediaType,
  isManifestMediaType,
  jsonLimits,
  parseIndex,
  parseJson,
  parseManifest
} from '@runcible/oci-spec'
import { directoryTree } from './files/directory-tree.ts'
import { readSmall } from './files/file-tree.ts'
import { placeFile } from './files/place-file.ts'
import { chooseEntry, type OciSource, type OciSourceInit, ociSource } from './oci-source.ts'
import { understood } from './understood.ts'

// As deep as a copy goes.
const deepestIndex = 2

/**
 * Takes an image out of a layout, and the blobs that no other image of it needs. Blobs in a directory that layouts
 * share stay: others may need them. The entry goes first, so that no image is ever without its blobs.
 */
export async function removeFromLayout(
  location: Omit<OciSourceInit, 'transport'>,
  sharedBlobs?: string,
  options: CallOptions = {}
): Promise<void> {
  const { path } = location
  await using source = ociSource(location, sharedBlobs)
  const entries = await source.entries(options)
  const entry = chooseEntry({ ...location, transport: 'oci' }, entries)
  const own = await blobsOf(source, [entry], options)
  const others = await blobsOf(
    source,
    entries.filter((each) => each !== entry),
    options
  )
  await writeWithout(path, entries.indexOf(entry), options)
  if (sharedBlobs !== undefined) return
  for (const digest of own)
    if (!others.has(digest)) await rm(join(path, 'blobs', digestAlgorithm(digest), digestHex(digest)), { force: true })
}

/** Everything that some entries reach. What an index lists and the layout does not have reaches nothing. */
async function blobsOf(
  source: OciSource,
  entries: readonly Descriptor[],
  options: CallOptions
): Promise<ReadonlySet<Digest>> {
  const found = new Set<Digest>()
  const visited = new Set<Digest>()
  const visit = async ({ digest, mediaType }: Descriptor, depth: number): Promise<void> => {
    const isIndex = isIndexMediaType(mediaType)
    found.add(digest)
    if (visited.has(digest)) return
    visited.add(digest)
    if (!isIndex && !isManifestMediaType(mediaType)) return
    if (depth > deepestIndex + 1)
      throw new EngineError('unsupported', `${source.name} has indexes in indexes, more than ${deepestIndex} deep`)
    const bytes = await bytesOf(source, digest, options)
    if (bytes === undefined) return
    const document = () => parseJson(bytes, jsonLimits.manifest)
    if (isIndex) {
      for (const each of understood(source.name, () => parseIndex(document())).manifests) await visit(each, depth + 1)
      return
    }
    const { config, layers } = understood(source.name, () => parseManifest(document()))
    for (const each of [config, ...layers]) found.add(each.digest)
  }
  for (const entry of entries) await visit(entry, 1)
  return found
}

async function bytesOf(source: OciSource, digest: Digest, options: CallOptions): Promise<Uint8Array | undefined> {
  try {
    return (await source.manifest(digest, options)).bytes
  } catch (error) {
    if (isEngineError(error, 'not-found')) return undefined
    throw error
  }
}

/** The document as it is, with all that this program does not know of, but for one entry. */
async function writeWithout(path: string, position: number, { signal }: CallOptions): Promise<void> {
  await using tree = directoryTree(path)
  const bytes = await readSmall(tree, 'index.json', { limit: jsonLimits.manifest.maxBytes, place: path, signal })
  const document = parseJson(bytes, jsonLimits.manifest) as { readonly manifests: readonly unknown[] }
  const manifests = document.manifests.filter((_, at) => at !== position)
  await placeFile(join(path, 'index.json'), [Buffer.from(JSON.stringify({ ...document, manifests }))])
}
