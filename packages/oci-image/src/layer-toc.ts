import { EngineError } from '@runcible/interface'
import { type Descriptor, digestOf, isDigest, parseJson } from '@runcible/oci-spec'
import type { ImageSource } from './transport/image-source.ts'

/** A member of a layer as its table of contents lists it. Offsets are those of the packed layer. */
export interface TocEntry {
  readonly name: string
  readonly type: string
  readonly linkName: string
  /** Bytes of the whole file. */
  readonly size: number
  readonly offset: number
  readonly end: number
  /** Of the whole file. */
  readonly digest: string
}

export interface LayerToc {
  readonly entries: readonly TocEntry[]
  readonly packing: 'zstd' | 'gzip'
}

const MiB = 1024 * 1024
const limits = { packed: 32 * MiB, json: { maxBytes: 128 * MiB, maxDepth: 16 } }

// Podman before 5 wrote the second.
const chunkedPrefixes = ['io.github.containers.zstd-chunked.', 'io.containers.zstd-chunked.']
const stargzDigest = 'containerd.io/snapshot/stargz/toc.digest'
const stargzFooter = 51

/** The table of contents of a zstd:chunked or eStargz layer; the manifest vouches for it. `undefined` for other layers. */
export async function readToc(
  source: ImageSource,
  layer: Descriptor,
  signal?: AbortSignal
): Promise<LayerToc | undefined> {
  const { annotations = {} } = layer
  const chunked = (key: string) => chunkedPrefixes.map((prefix) => annotations[`${prefix}${key}`]).find(Boolean)
  const checksum = chunked('manifest-checksum')
  const position = /^(\d{1,15}):(\d{1,15}):\d{1,15}:1$/.exec(chunked('manifest-position') ?? '')
  if (isDigest(checksum) && position !== null) {
    const packed = await range(source, layer, { offset: Number(position[1]), length: Number(position[2]), signal })
    if (digestOf(packed) !== checksum) throw broken(layer)
    return tocOf(layer, unpack('zstd', layer, packed), 'zstd')
  }
  const digest = annotations[stargzDigest]
  return isDigest(digest) ? await readStargz(source, layer, digest, signal) : undefined
}

async function readStargz(
  source: ImageSource,
  layer: Descriptor,
  digest: string,
  signal?: AbortSignal
): Promise<LayerToc | undefined> {
  const footer = await range(source, layer, { offset: layer.size - stargzFooter, length: stargzFooter, signal })
  const found = /([0-9a-f]{16})STARGZ/.exec(footer.toString('latin1'))?.[1]
  if (found === undefined) return undefined
  const offset = Number.parseInt(found, 16)
  const packed = await range(source, layer, { offset, length: layer.size - stargzFooter - offset, signal })
  // A tar of one member, whose size stands in the header in octal digits.
  const tar = unpack('gzip', layer, packed)
  const json = tar.subarray(512, 512 + Number.parseInt(tar.toString('latin1', 124, 135), 8))
  if (digestOf(json) !== digest) throw broken(layer)
  const toc = tocOf(layer, json, 'gzip')
  return { ...toc, entries: withEnds(toc.entries, offset) }
}

const broken = ({ digest }: Descriptor): EngineError =>
  new EngineError('corrupt', `the table of contents of layer ${digest} is not the one that its manifest names`, {
    subject: { kind: 'blob', name: digest }
  })

interface Range {
  readonly offset: number
  readonly length: number
  readonly signal?: AbortSignal | undefined
  readonly limit?: number
}

async function range(
  source: ImageSource,
  layer: Descriptor,
  { offset, length, signal, limit = limits.packed }: Range
): Promise<Buffer> {
  if (offset < 0 || length < 0 || length > limit || offset + length > layer.size) throw broken(layer)
  return Buffer.concat(await Array.fromAsync(source.blob(layer, { offset, length, signal })))
}

function unpack(
  packing: LayerToc['packing'],
  layer: Descriptor,
  packed: Buffer,
  maxOutputLength = limits.json.maxBytes
): Buffer {
  const zlib = process.getBuiltinModule('node:zlib')
  try {
    return packing === 'zstd'
      ? zlib.zstdDecompressSync(packed, { maxOutputLength })
      : zlib.gunzipSync(packed, { maxOutputLength })
  } catch (cause) {
    throw new EngineError(
      'corrupt',
      `a part of layer ${layer.digest} cannot be unpacked: ${(cause as Error).message}`,
      { cause }
    )
  }
}

function tocOf(layer: Descriptor, json: Buffer, packing: LayerToc['packing']): LayerToc {
  const document = parseJson(json, limits.json) as { readonly entries?: unknown } | null
  if (!Array.isArray(document?.entries)) throw broken(layer)
  return { packing, entries: document.entries.map(readEntry) }
}

function readEntry(value: unknown): TocEntry {
  const object = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>
  const text = (key: string): string => (typeof object[key] === 'string' ? object[key] : '')
  const count = (key: string): number => (Number.isSafeInteger(object[key]) ? Math.max(0, object[key] as number) : 0)
  return {
    name: text('name'),
    type: text('type'),
    linkName: text('linkName'),
    size: count('size'),
    offset: count('offset'),
    end: count('endOffset'),
    digest: text('digest')
  }
}

/** A piece of an eStargz layer ends where the next one begins. */
function withEnds(entries: readonly TocEntry[], last: number): readonly TocEntry[] {
  const starts = [...new Set(entries.map(({ offset }) => offset)), last].toSorted((a, b) => a - b)
  const next = new Map(starts.map((start, at) => [start, starts[at + 1] ?? last]))
  return entries.map((entry) => ({ ...entry, end: next.get(entry.offset) ?? last }))
}

/** A file's bytes, checked against its digest. */
export async function readTocFile(
  source: ImageSource,
  layer: Descriptor,
  { entries, packing }: LayerToc,
  at: number,
  options: { readonly limit: number; readonly signal?: AbortSignal | undefined }
): Promise<Buffer> {
  const file = entries[at] as TocEntry
  if (file.size > options.limit)
    throw new EngineError('exhausted', `the file has ${file.size} bytes, the limit is ${options.limit}`)
  if (file.size === 0) return Buffer.alloc(0)
  // Its pieces lie one behind the other, each packed for itself.
  const rest = entries.slice(at + 1)
  const pieces = rest.slice(0, rest.findIndex(({ type }) => type !== 'chunk') >>> 0)
  const end = Math.max(file.end, ...pieces.map((piece) => piece.end))
  const length = end - file.offset
  const packed = await range(source, layer, {
    offset: file.offset,
    length,
    signal: options.signal,
    limit: options.limit + MiB
  })
  const bytes = unpack(packing, layer, packed, options.limit + MiB).subarray(0, file.size)
  if (bytes.length === file.size && (!isDigest(file.digest) || digestOf(bytes) === file.digest)) return bytes
  throw new EngineError('corrupt', `/${file.name} in layer ${layer.digest} is not what its table of contents says`, {
    subject: { kind: 'blob', name: layer.digest }
  })
}
