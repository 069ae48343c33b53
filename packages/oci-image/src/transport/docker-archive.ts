import { type CallOptions, EngineError } from '@runcible/interface'
import {
  createDigester,
  type Descriptor,
  type Digest,
  digestOf,
  dockerMediaTypes,
  jsonLimits,
  parseImageConfig,
  parseJson
} from '@runcible/oci-spec'
import { formatReference, normalizeReference, type QualifiedReference } from '../reference.ts'
import type { FetchedManifest } from '../registry/manifests.ts'
import { compressionOf } from './compression.ts'
import { archiveTree, type ArchiveTree, type ArchiveTreeInit } from './files/archive-tree.ts'
import { readSmall } from './files/file-tree.ts'
import { missingBlob } from './files/file-tree.ts'
import type { ImageSource } from './image-source.ts'
import { formatLocation } from './parse-transport.ts'
import { readLegacyImages, withFiles } from './legacy-archive.ts'
import { treeBlobs } from './tree-blobs.ts'
import { understood } from './understood.ts'

/** An image as the archive's `manifest.json` lists it. Paths are members of the archive. */
export interface ArchivedImage {
  readonly config: string
  readonly names: readonly QualifiedReference[]
  /** Lowest first. */
  readonly layers: readonly string[]
}

/** An archive as `docker save` writes it, with any number of images. */
export interface DockerArchive extends AsyncDisposable {
  images(options?: CallOptions): Promise<readonly ArchivedImage[]>
  /** One of its images. Disposing it leaves the archive open. */
  source(image: ArchivedImage, name: string): ImageSource
}

export interface DockerArchiveLocation {
  readonly path: string
  readonly reference?: QualifiedReference
  readonly index?: number
}

const packings = {
  none: dockerMediaTypes.layer,
  gzip: dockerMediaTypes.layerGzip,
  zstd: dockerMediaTypes.layerZstd
} as const

/** Opens an archive; nothing is read before the first call. */
export function dockerArchive(init: ArchiveTreeInit): DockerArchive {
  return dockerArchiveIn(archiveTree(init), init.place)
}

export function dockerArchiveIn(tree: ArchiveTree, place: string): DockerArchive {
  const files = archiveFiles(tree, place)
  let listed: Promise<readonly ArchivedImage[]> | undefined
  return {
    images: (options = {}) => (listed ??= files.images(options)),
    source: (image, name) => archivedSource({ tree: files.tree, place, name }, async () => image),
    [Symbol.asyncDispose]: () => tree[Symbol.asyncDispose]()
  }
}

/** The members of an archive with its list of images, whatever Docker wrote it. */
function archiveFiles(archive: ArchiveTree, place: string) {
  let configs: ReadonlyMap<string, Buffer> = new Map()
  return {
    tree: withFiles(archive, () => configs),
    async images(options: CallOptions): Promise<readonly ArchivedImage[]> {
      const isOld =
        (await archive.size('manifest.json')) === undefined && (await archive.size('repositories')) !== undefined
      if (!isOld) return await readImages(archive, place, options)
      const legacy = await readLegacyImages(archive, place, options)
      configs = legacy.configs
      return legacy.images
    }
  }
}

export interface DockerArchiveSource extends ImageSource {
  /** The names that the archive has for the image. */
  imageNames(options?: CallOptions): Promise<readonly QualifiedReference[]>
}

/** `docker-archive:FILE[:NAME|:@INDEX]`. */
export function dockerArchiveSource(
  location: DockerArchiveLocation,
  archive: Omit<ArchiveTreeInit, 'input' | 'place'>
): DockerArchiveSource {
  const { path, reference } = location
  const tree = archiveTree({ input: path, place: path, ...archive })
  const name = formatLocation({ transport: 'docker-archive', ...location })
  const files = archiveFiles(tree, path)
  let chosen: Promise<ArchivedImage> | undefined
  const choose = (options: CallOptions): Promise<ArchivedImage> =>
    (chosen ??= files.images(options).then((images) => chooseImage(location, images)))
  const source = archivedSource({ tree: files.tree, place: path, name }, choose)
  return {
    ...source,
    reference,
    imageNames: async (options = {}) => (await choose(options)).names,
    [Symbol.asyncDispose]: () => tree[Symbol.asyncDispose]()
  }
}

/** The image of an archive that has one, however the archive comes. */
export function oneImageSource(init: ArchiveTreeInit, name: string): ImageSource {
  const { place } = init
  const tree = archiveTree(init)
  const files = archiveFiles(tree, place)
  const choose = async (options: CallOptions) => chooseImage({ path: place }, await files.images(options))
  return {
    ...archivedSource({ tree: files.tree, place, name }, choose),
    [Symbol.asyncDispose]: () => tree[Symbol.asyncDispose]()
  }
}

function chooseImage(
  { path, reference, index }: DockerArchiveLocation,
  images: readonly ArchivedImage[]
): ArchivedImage {
  const subject = { kind: 'image', name: path } as const
  const has = images.flatMap(({ names }) => names.map(formatReference)).slice(0, 20)
  const hint = has.length === 0 ? {} : { hint: `it has ${has.join(', ')}` }
  if (index !== undefined) {
    const image = images[index]
    if (image !== undefined) return image
    throw new EngineError('not-found', `${path} has ${images.length} images: there is no @${index}`, { subject })
  }
  if (reference !== undefined) {
    const wanted = formatReference(reference)
    const image = images.find(({ names }) => names.some((name) => formatReference(name) === wanted))
    if (image !== undefined) return image
    throw new EngineError('not-found', `${path} has no image of the name ${wanted}`, { subject, ...hint })
  }
  const [only, ...rest] = images
  if (only === undefined) throw new EngineError('corrupt', `${path} has no image`, { subject })
  if (rest.length === 0) return only
  const message = `${path} has ${images.length} images: say which, as docker-archive:${path}:NAME or docker-archive:${path}:@INDEX`
  throw new EngineError('invalid-argument', message, { subject, ...hint })
}

async function readImages(
  tree: ArchiveTree,
  place: string,
  { signal }: CallOptions
): Promise<readonly ArchivedImage[]> {
  const bytes = await readSmall(tree, 'manifest.json', { limit: jsonLimits.manifest.maxBytes, place, signal })
  const list = understood(place, () => parseJson(bytes, jsonLimits.manifest))
  if (!Array.isArray(list)) throw corrupt(place, 'manifest.json is not a list')
  return list.map((item: unknown) => readImage(place, item))
}

function readImage(place: string, item: unknown): ArchivedImage {
  const { Config, RepoTags, Layers } = (item ?? {}) as Readonly<Record<string, unknown>>
  const names = RepoTags ?? []
  const layers = Layers ?? []
  if (typeof Config !== 'string' || !isTexts(names) || !isTexts(layers))
    throw corrupt(place, 'an entry of manifest.json lacks Config, or its RepoTags or Layers are no lists of names')
  return { config: Config, names: names.map((name) => normalizeReference(name)), layers }
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string')

const corrupt = (place: string, what: string): EngineError =>
  new EngineError('corrupt', `${place} is a broken archive of images: ${what}`, {
    subject: { kind: 'image', name: place }
  })

interface Place {
  readonly tree: ArchiveTree
  readonly place: string
  readonly name: string
}

interface Contents {
  readonly manifest: FetchedManifest
  /** Digest → member. */
  readonly paths: ReadonlyMap<Digest, string>
}

function archivedSource(at: Place, choose: (options: CallOptions) => Promise<ArchivedImage>): ImageSource {
  let contents: Promise<Contents> | undefined
  const read = (options: CallOptions): Promise<Contents> =>
    (contents ??= choose(options).then((image) => readContents(at, image, options)))
  return {
    transport: 'docker-archive',
    name: at.name,
    reference: undefined,
    async manifest(digest, options = {}) {
      const { manifest } = await read(options)
      if (digest === undefined || digest === manifest.digest) return manifest
      throw missingBlob({ digest }, at.place)
    },
    ...treeBlobs(at.tree, at.place, async (digest, options) => (await read(options)).paths.get(digest)),
    signatures: async () => [],
    [Symbol.asyncDispose]: async () => undefined
  }
}

/** The archive has no manifest of its own: the one made here names config and layers as they lie in it. */
async function readContents(at: Place, image: ArchivedImage, options: CallOptions): Promise<Contents> {
  const { tree, place } = at
  const limits = { limit: jsonLimits.config.maxBytes, place, signal: options.signal }
  const config = await readSmall(tree, image.config, limits)
  const diffIds = understood(place, () => parseImageConfig(parseJson(config, jsonLimits.config))).rootfs.diff_ids
  if (diffIds.length !== image.layers.length)
    throw corrupt(place, `it has ${image.layers.length} layers but its config names ${diffIds.length}`)
  const paths = new Map<Digest, string>([[digestOf(config), image.config]])
  const layers: object[] = []
  for (const [position, path] of image.layers.entries()) {
    const layer = await layerDescriptor(at, path, diffIds[position] as Digest, options)
    paths.set(layer.digest, path)
    // Members in the order that other engines write: so equal images have equal manifests.
    layers.push({ mediaType: layer.mediaType, size: layer.size, digest: layer.digest })
  }
  const document = {
    schemaVersion: 2,
    mediaType: dockerMediaTypes.manifest,
    config: { mediaType: dockerMediaTypes.config, size: config.length, digest: digestOf(config) },
    layers
  }
  const bytes = Buffer.from(JSON.stringify(document))
  return { manifest: { bytes, digest: digestOf(bytes), mediaType: dockerMediaTypes.manifest }, paths }
}

async function layerDescriptor(
  { tree, place }: Place,
  path: string,
  diffId: Digest,
  options: CallOptions
): Promise<Descriptor> {
  const size = await tree.size(path)
  if (size === undefined) throw corrupt(place, `the layer ${JSON.stringify(path.slice(0, 200))} is missing`)
  const start: Uint8Array[] = []
  for await (const chunk of tree.stream(path, { length: 16 })) start.push(chunk)
  const packing = compressionOf(Buffer.concat(start))
  const mediaType = packings[packing]
  if (packing === 'none') return { mediaType, digest: diffId, size }
  // The config names what is unpacked only: the digest of a packed layer is known once it has been read.
  const digester = createDigester()
  for await (const chunk of tree.stream(path, options)) digester.update(chunk)
  return { mediaType, digest: digester.digest(), size }
}
