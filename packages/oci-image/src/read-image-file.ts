import { posix } from 'node:path'
import { EngineError } from '@runcible/interface'
import {
  type Descriptor,
  hostPlatform,
  isIndexMediaType,
  jsonLimits,
  layerCompression,
  parseIndex,
  parseJson,
  parseManifest
} from '@runcible/oci-spec'
import type { Header } from 'tar-stream'
import { choosePlatform } from './choose-platform.ts'
import type { ReadFileOptions } from './places.ts'
import { type LayerToc, readToc, readTocFile } from './layer-toc.ts'
import { decompressed } from './transport/compression.ts'
import type { ImageSource } from './transport/image-source.ts'
import { understood } from './transport/understood.ts'

const defaultLimit = 64 * 1024 * 1024
const mostLinks = 40

/** What a layer says about a path. */
type Finding =
  | { readonly kind: 'file'; readonly bytes: Buffer }
  /** A link, where `path` or a directory above it is one: the path to look for instead, from the topmost layer on. */
  | { readonly kind: 'link'; readonly path: string }
  /** Something else, or removed here. */
  | { readonly kind: 'gone' | 'other' }

/** See places.ts. */
export async function readImageFile(source: ImageSource, path: string, options: ReadFileOptions): Promise<Buffer> {
  const layers = await layersOf(source, options)
  let wanted = normal(path)
  for (let links = 0; links < mostLinks; links++) {
    const found = await findIn(source, layers, wanted, options)
    if (found?.kind === 'file') return found.bytes
    if (found?.kind === 'other')
      throw new EngineError('invalid-argument', `/${wanted} of ${source.name} is no regular file`, {
        subject: about(source)
      })
    if (found?.kind !== 'link')
      throw new EngineError('not-found', `${source.name} has no file /${wanted}`, { subject: about(source) })
    wanted = found.path
  }
  throw new EngineError('invalid-argument', `/${normal(path)} of ${source.name} is behind too many links`, {
    subject: about(source)
  })
}

const about = ({ name }: ImageSource) => ({ kind: 'image', name }) as const
const normal = (path: string): string => posix.normalize(`/${path}`).replace(/^\/+|\/+$/g, '')

/** Topmost first. */
async function layersOf(source: ImageSource, { platform, signal }: ReadFileOptions): Promise<readonly Descriptor[]> {
  const top = await source.manifest(undefined, { signal })
  const parsed = understood(source.name, () => parseJson(top.bytes, jsonLimits.manifest))
  const isIndex =
    isIndexMediaType(top.mediaType) || (typeof parsed === 'object' && parsed !== null && 'manifests' in parsed)
  const chosen = isIndex
    ? choosePlatform(
        source.name,
        understood(source.name, () => parseIndex(parsed)),
        platform ?? hostPlatform()
      )
    : undefined
  const bytes = chosen === undefined ? top.bytes : (await source.manifest(chosen.digest, { signal })).bytes
  return understood(source.name, () => parseManifest(parseJson(bytes, jsonLimits.manifest))).layers.toReversed()
}

async function findIn(
  source: ImageSource,
  layers: readonly Descriptor[],
  wanted: string,
  options: ReadFileOptions
): Promise<Finding | undefined> {
  for (const layer of layers) {
    const found = await findInLayer(source, layer, wanted, options)
    if (found !== undefined) return found
  }
  return undefined
}

async function findInLayer(
  source: ImageSource,
  layer: Descriptor,
  wanted: string,
  options: ReadFileOptions
): Promise<Finding | undefined> {
  const toc = await readToc(source, layer, options.signal)
  if (toc !== undefined) return await findInToc(source, layer, toc, wanted, options)
  const { extract } = await import('tar-stream')
  const archive = extract()
  const packed = source.blob(layer, { signal: options.signal })
  const bytes = decompressed(packed, layerCompression(layer.mediaType) ?? 'none', `layer ${layer.digest}`)
  const feeding = feed(archive, bytes)
  const hides = hidingNames(wanted)
  let hidden = false
  try {
    for await (const entry of archive) {
      const name = normal(entry.header.name)
      if (hides.has(name)) hidden = true
      const found = await findingOf(entry as unknown as Entry, name, wanted, options)
      if (found !== undefined) return found
      entry.resume()
    }
    await feeding
    return hidden ? { kind: 'gone' } : undefined
  } finally {
    archive.destroy()
    await feeding.catch(() => undefined)
  }
}

const tocTypes: Readonly<Record<string, MemberKind>> = {
  dir: 'directory',
  reg: 'file',
  symlink: 'symlink',
  hardlink: 'link'
}

async function findInToc(
  source: ImageSource,
  layer: Descriptor,
  toc: LayerToc,
  wanted: string,
  { limit = defaultLimit, signal }: ReadFileOptions
): Promise<Finding | undefined> {
  const hides = hidingNames(wanted)
  let hidden = false
  for (const [at, entry] of toc.entries.entries()) {
    if (entry.type === 'chunk') continue
    const name = normal(entry.name)
    if (hides.has(name)) hidden = true
    const found = whatIs({ kind: tocTypes[entry.type] ?? 'other', name, target: entry.linkName }, wanted)
    if (found === 'file') return { kind: 'file', bytes: await readTocFile(source, layer, toc, at, { limit, signal }) }
    if (found !== undefined) return found
  }
  return hidden ? { kind: 'gone' } : undefined
}

type Archive = ReturnType<typeof import('tar-stream').extract>
type Entry = AsyncIterable<Buffer> & { readonly header: Header; resume(): unknown }

/** The layer's end is the file: what comes after it is not read. */
async function feed(archive: Archive, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const closed = new Promise<void>((resolve) => archive.once('close', resolve))
  try {
    for await (const chunk of bytes) {
      if (archive.destroyed) return
      const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      const drained = archive.write(buffer)
      if (!drained) await Promise.race([new Promise<void>((resolve) => archive.once('drain', resolve)), closed])
    }
    archive.end(undefined)
  } catch (error) {
    archive.destroy(error as Error)
    throw error
  }
}

type MemberKind = 'directory' | 'file' | 'symlink' | 'link' | 'other'

interface Member {
  readonly kind: MemberKind
  readonly name: string
  readonly target: string
}

/** What a member of a layer means for a path; `file` for the file itself. */
function whatIs(
  { kind, name, target }: Member,
  wanted: string
): Exclude<Finding, { kind: 'file' }> | 'file' | undefined {
  const isAbove = wanted.startsWith(`${name}/`)
  if (name !== wanted && !isAbove) return undefined
  if (kind === 'directory') return isAbove ? undefined : { kind: 'other' }
  if (kind === 'symlink') {
    const base = target.startsWith('/') ? target : posix.join(posix.dirname(`/${name}`), target)
    return { kind: 'link', path: normal(`${base}${wanted.slice(name.length)}`) }
  }
  if (isAbove) return { kind: 'gone' }
  return kind === 'link' ? { kind: 'link', path: normal(target) } : kind === 'file' ? 'file' : { kind: 'other' }
}

async function findingOf(
  entry: Entry,
  name: string,
  wanted: string,
  options: ReadFileOptions
): Promise<Finding | undefined> {
  const { type, linkname } = entry.header
  const kind =
    type === 'contiguous-file'
      ? 'file'
      : (['directory', 'file', 'symlink', 'link'] as const).find((each) => each === type)
  const found = whatIs({ kind: kind ?? 'other', name, target: linkname ?? '' }, wanted)
  return found === 'file' ? { kind: 'file', bytes: await readEntry(entry, options) } : found
}

async function readEntry(entry: Entry, { limit = defaultLimit }: ReadFileOptions): Promise<Buffer> {
  if ((entry.header.size ?? 0) > limit)
    throw new EngineError('exhausted', `the file has ${entry.header.size} bytes, the limit is ${limit}`)
  return Buffer.concat(await Array.fromAsync(entry))
}

/** Members of a layer that take away what lower layers have at the path. OCI image specification, "Whiteouts". */
function hidingNames(wanted: string): ReadonlySet<string> {
  const parts = wanted.split('/')
  return new Set(
    parts.flatMap((part, at) => {
      const parent = parts.slice(0, at).join('/')
      return [`.wh.${part}`, '.wh..wh..opq'].map((name) => (parent === '' ? name : `${parent}/${name}`))
    })
  )
}
