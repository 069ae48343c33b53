import { type CallOptions, EngineError } from '@runcible/interface'
import {
  type Descriptor,
  type Digest,
  digestAlgorithm,
  digestHex,
  type Index,
  jsonLimits,
  parseImageLayout,
  parseIndex,
  parseJson
} from '@runcible/oci-spec'
import { localName } from '../short-names.ts'
import type { QualifiedReference } from '../reference.ts'
import { understood } from './understood.ts'
import { archiveTree, type ArchiveTreeInit } from './files/archive-tree.ts'
import { directoryTree } from './files/directory-tree.ts'
import { type FileTree, missingBlob, readSmall } from './files/file-tree.ts'
import type { ImageSource } from './image-source.ts'
import { checkedManifest } from './checked-manifest.ts'
import { formatLocation } from './parse-transport.ts'
import { treeBlobs } from './tree-blobs.ts'

export const refNameKey = 'org.opencontainers.image.ref.name'
/** Where containerd and BuildKit keep the whole name. */
const containerdNameKey = 'io.containerd.image.name'

export interface OciSourceInit {
  readonly transport: 'oci' | 'oci-archive'
  readonly path: string
  readonly name?: string
  readonly index?: number
}

/** An image of an OCI layout: OCI image specification, "Image Layout". */
export interface OciSource extends ImageSource {
  /** What `index.json` has, in its order. */
  entries(options?: CallOptions): Promise<readonly Descriptor[]>
  /** The name in the layout, when it says one; known once the manifest was asked for. */
  imageName(options?: CallOptions): Promise<string | undefined>
}

/** `oci:PATH[:NAME]`, a directory. */
export function ociSource(init: Omit<OciSourceInit, 'transport'>, sharedBlobs?: string): OciSource {
  const own = directoryTree(init.path)
  const tree = sharedBlobs === undefined ? own : withSharedBlobs(own, directoryTree(sharedBlobs))
  return layoutSource({ ...init, transport: 'oci' }, tree)
}

/** A layout whose blobs are elsewhere, together with those of others. */
function withSharedBlobs(layout: FileTree, blobs: FileTree): FileTree {
  const prefix = 'blobs/'
  const inBlobs = (path: string): boolean => path.startsWith(prefix)
  return {
    size: (path) => (inBlobs(path) ? blobs.size(path.slice(prefix.length)) : layout.size(path)),
    stream: (path, range) =>
      inBlobs(path) ? blobs.stream(path.slice(prefix.length), range) : layout.stream(path, range),
    async [Symbol.asyncDispose]() {
      await layout[Symbol.asyncDispose]()
      await blobs[Symbol.asyncDispose]()
    }
  }
}

/** `oci-archive:FILE[:NAME]`. */
export function ociArchiveSource(
  init: Omit<OciSourceInit, 'transport'>,
  archive: Omit<ArchiveTreeInit, 'input' | 'place'> & Partial<Pick<ArchiveTreeInit, 'input'>>
): OciSource {
  const tree = archiveTree({ input: init.path, place: init.path, ...archive })
  return layoutSource({ ...init, transport: 'oci-archive' }, tree)
}

const blobPath = (digest: Digest): string => `blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`

/** A layout whose files are in `tree`. */
export function layoutSource(init: OciSourceInit, tree: FileTree): OciSource {
  const name = formatLocation(init)
  let index: Promise<Index> | undefined
  const readIndex = (options: CallOptions): Promise<Index> => (index ??= layoutIndex(tree, init.path, options))
  const chosen = async (options: CallOptions): Promise<Descriptor> =>
    chooseEntry(init, (await readIndex(options)).manifests)
  const manifest = async (descriptor: Pick<Descriptor, 'digest' | 'mediaType'>, options: CallOptions) => {
    const path = blobPath(descriptor.digest)
    if ((await tree.size(path)) === undefined) throw missingBlob(descriptor, init.path)
    const bytes = await readSmall(tree, path, {
      limit: jsonLimits.manifest.maxBytes,
      place: init.path,
      signal: options.signal
    })
    return checkedManifest(bytes, { ...descriptor, place: name })
  }
  return {
    transport: init.transport,
    name,
    reference: init.name === undefined ? undefined : asReference(init.name),
    manifest: async (digest, options = {}) =>
      manifest(digest === undefined ? await chosen(options) : { digest, mediaType: '' }, options),
    ...treeBlobs(tree, init.path, async (digest) => blobPath(digest)),
    signatures: async () => [],
    entries: async (options = {}) => (await readIndex(options)).manifests,
    async imageName(options = {}) {
      const { annotations = {} } = await chosen(options)
      return init.name ?? annotations[containerdNameKey] ?? annotations[refNameKey]
    },
    [Symbol.asyncDispose]: () => tree[Symbol.asyncDispose]()
  }
}

async function layoutIndex(tree: FileTree, place: string, { signal }: CallOptions): Promise<Index> {
  const limits = { limit: jsonLimits.manifest.maxBytes, place, signal }
  // Some old tools leave `oci-layout` out; one that is there must be right.
  if ((await tree.size('oci-layout')) !== undefined) {
    const header = await readSmall(tree, 'oci-layout', limits)
    understood(place, () => parseImageLayout(parseJson(header, jsonLimits.manifest)))
  }
  const bytes = await readSmall(tree, 'index.json', limits)
  return understood(place, () => parseIndex(parseJson(bytes, jsonLimits.manifest)))
}

/** @throws EngineError `not-found`, or `invalid-argument` when it is not clear which one is meant. */
export function chooseEntry(init: OciSourceInit, entries: readonly Descriptor[]): Descriptor {
  const { path, name, index } = init
  const subject = { kind: 'image', name: path } as const
  const named = entries.map((entry) => entry.annotations?.[refNameKey])
  const has = named.filter((each) => each !== undefined).map((each) => JSON.stringify(each.slice(0, 100)))
  const hint = has.length === 0 ? undefined : `it has ${has.slice(0, 20).join(', ')}`
  if (index !== undefined) {
    const entry = entries[index]
    if (entry !== undefined) return entry
    throw new EngineError('not-found', `${path} has ${entries.length} images: there is no @${index}`, { subject })
  }
  if (name !== undefined) {
    const at = named.findIndex((each) => each === name)
    const entry = entries[at] ?? entries.find(({ annotations }) => annotations?.[containerdNameKey] === name)
    if (entry !== undefined) return entry
    throw new EngineError('not-found', `${path} has no image of the name ${name}`, { subject, ...(hint && { hint }) })
  }
  const [only, ...rest] = entries
  if (only === undefined) throw new EngineError('not-found', `${path} has no image`, { subject })
  if (rest.length === 0) return only
  throw new EngineError(
    'invalid-argument',
    `${path} has ${entries.length} images: say which, as ${init.transport}:${path}:NAME`,
    {
      subject,
      ...(hint && { hint })
    }
  )
}

function asReference(name: string): QualifiedReference | undefined {
  try {
    return localName(name)
  } catch {
    return undefined
  }
}
