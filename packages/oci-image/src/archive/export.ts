import { type CallOptions, EngineError } from '@runcible/interface'
import { type Descriptor, type Digest, digestAlgorithm, digestHex, ociMediaTypes } from '@runcible/oci-spec'
import type { Pack } from 'tar-stream'
import { readBlob } from '../blobs.ts'
import { type FoundImage, namesOf, requireImage } from '../find-image.ts'
import type { StoreContext } from '../init.ts'
import { takeLease } from '../lease.ts'
import { fetchBlob } from '../push.ts'

export type ArchiveFormat = 'oci-archive' | 'docker-archive'

interface Entry {
  readonly name: string
  readonly size: number
  readonly chunks: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

/** An image as one tar archive, in the form that `skopeo`, `podman load` and `docker load` read. */
export async function* exportImage(
  context: StoreContext,
  name: string,
  format: ArchiveFormat,
  options: CallOptions = {}
): AsyncIterable<Uint8Array> {
  const found = requireImage(context, name)
  await using _lease = await takeLease(context.state, options)
  for (const layer of found.record.layers) {
    if ((await context.content.info(layer.digest)) === undefined)
      await fetchBlob(context, { record: found.record, options }, layer)
  }
  const entries =
    format === 'oci-archive' ? ociEntries(context, found, options) : await dockerEntries(context, found, options)
  yield* packed(entries)
}

async function* packed(entries: readonly Entry[]): AsyncIterable<Uint8Array> {
  const { pack } = await import('tar-stream')
  const archive = pack()
  const filled = fill(archive, entries).catch((error) => archive.destroy(error as Error))
  try {
    for await (const chunk of archive as AsyncIterable<Uint8Array>) yield chunk
    await filled
  } finally {
    archive.destroy()
  }
}

async function fill(archive: Pack, entries: readonly Entry[]): Promise<void> {
  for (const { name, size, chunks } of entries) {
    await new Promise<void>((resolve, reject) => {
      // A fixed time: the same image gives the same archive.
      const entry = archive.entry({ name, size, mode: 0o644, mtime: new Date(0) }, (error) =>
        error ? reject(error) : resolve()
      )
      copy(chunks(), entry).catch(reject)
    })
  }
  archive.finalize()
}

async function copy(chunks: ReturnType<Entry['chunks']>, entry: ReturnType<Pack['entry']>): Promise<void> {
  for await (const chunk of chunks) {
    // tar-stream wants Buffers; this one shares the bytes.
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (!entry.write(buffer)) await drained(entry)
    if (entry.destroyed) throw givenUp()
  }
  // The types of streamx want an argument where the code takes none.
  entry.end(undefined)
}

/** Nobody reads the archive any more: so ends the reading of the blob. */
const givenUp = (): EngineError => new EngineError('aborted', 'the archive was given up')

const drained = (entry: ReturnType<Pack['entry']>): Promise<void> =>
  new Promise((resolve, reject) => {
    entry.once('drain', () => resolve())
    entry.once('close', () => reject(givenUp()))
  })

const document = (name: string, value: object): Entry => {
  const bytes = Buffer.from(JSON.stringify(value))
  return { name, size: bytes.length, chunks: () => [bytes] }
}

const blobPath = (digest: Digest): string => `blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`

function blobEntry(
  { content }: StoreContext,
  { digest, size }: Descriptor,
  options: CallOptions,
  name = blobPath(digest)
): Entry {
  return { name, size, chunks: () => content.reader(digest, options) }
}

const distinct = (descriptors: readonly Descriptor[]): readonly Descriptor[] => [
  ...new Map(descriptors.map((descriptor) => [descriptor.digest, descriptor])).values()
]

/** OCI image specification, "Image Layout". */
function ociEntries(context: StoreContext, { record, stored }: FoundImage, options: CallOptions): readonly Entry[] {
  const { manifest, config, layers } = record
  const annotations = stored === undefined ? {} : { annotations: { 'org.opencontainers.image.ref.name': stored.id } }
  const { mediaType, digest, size } = manifest
  const index = {
    schemaVersion: 2,
    mediaType: ociMediaTypes.index,
    manifests: [{ mediaType, digest, size, ...annotations }]
  }
  return [
    document('oci-layout', { imageLayoutVersion: '1.0.0' }),
    document('index.json', index),
    ...distinct([manifest, config, ...layers]).map((descriptor) => blobEntry(context, descriptor, options))
  ]
}

/** The format of `docker save`; layers stay compressed, which every reader of it understands. */
async function dockerEntries(
  context: StoreContext,
  { record }: FoundImage,
  options: CallOptions
): Promise<readonly Entry[]> {
  const names = namesOf(context.state, record.id)
    .map(({ id }) => id)
    .filter((id) => !id.includes('@'))
  const configName = `${record.id}.json`
  const config = await readBlob(context.content, record.config.digest, options)
  const layerName = ({ digest }: Descriptor): string => `${digestHex(digest)}.tar`
  const manifest = [{ Config: configName, RepoTags: names, Layers: record.layers.map(layerName) }]
  return [
    document('manifest.json', manifest),
    { name: configName, size: config.length, chunks: () => [config] },
    ...distinct(record.layers).map((layer) => blobEntry(context, layer, options, layerName(layer)))
  ]
}
