import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { EngineError } from '@runcible/interface'
import {
  type Descriptor,
  type Digest,
  digestAlgorithm,
  digestHex,
  jsonLimits,
  ociMediaTypes,
  parseIndex,
  parseJson
} from '@runcible/oci-spec'
import type { FetchedManifest } from '../registry/manifests.ts'
import type { ArchiveOutput } from './files/archive-output.ts'
import { directoryTree } from './files/directory-tree.ts'
import { readSmall } from './files/file-tree.ts'
import { placeFile } from './files/place-file.ts'
import { type TarWriter, tarWriter } from './files/tar-writer.ts'
import type { ImageSink } from './image-sink.ts'
import { refNameKey } from './oci-source.ts'
import { formatLocation } from './parse-transport.ts'
import { verified } from './stored-blob.ts'
import { understood } from './understood.ts'

export interface OciSinkInit {
  readonly path: string
  /** Annotation of the entry in `index.json`. */
  readonly name?: string
}

/** The files of a layout being written. */
interface LayoutWriter {
  has(path: string): Promise<boolean>
  put(path: string, size: number, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void>
  /** Writes `index.json` with one more entry. */
  finish(entry: Descriptor): Promise<void>
  dispose(): Promise<void>
}

/** `oci:PATH[:NAME]`: adds an image to a layout, which is made when missing. */
export function ociSink(init: OciSinkInit, sharedBlobs?: string): ImageSink {
  if (init.path.includes(':'))
    throw new EngineError('invalid-argument', `${init.path}: the path of a layout has no colon`)
  return layoutSink('oci', init, layoutDirectory(init.path, sharedBlobs))
}

/** `oci-archive:FILE[:NAME]`: a new archive. */
export function ociArchiveSink(init: OciSinkInit, output: ArchiveOutput): ImageSink {
  return layoutSink('oci-archive', init, layoutArchive(tarWriter(output), output))
}

const blobPath = (digest: Digest): string => `blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`

function layoutSink(transport: 'oci' | 'oci-archive', init: OciSinkInit, writer: LayoutWriter): ImageSink {
  const { path, name } = init
  let top: FetchedManifest | undefined
  return {
    transport,
    name: formatLocation({ transport, ...init }),
    reference: undefined,
    abilities: { indexes: true, manifests: ['oci'], layers: 'any', signatures: false },
    hasBlob: ({ digest }) => writer.has(blobPath(digest)),
    async putBlob({ descriptor, read, onBytes }) {
      const { digest, size } = descriptor
      if (await writer.has(blobPath(digest))) return 'exists'
      await writer.put(blobPath(digest), size, verified(descriptor, counted(read(0, size), onBytes), path))
      return 'uploaded'
    },
    async putManifest(manifest, { isTop }) {
      if (!(await writer.has(blobPath(manifest.digest))))
        await writer.put(blobPath(manifest.digest), manifest.bytes.length, [manifest.bytes])
      if (isTop) top = manifest
    },
    async putSignatures() {
      throw new EngineError('unsupported', `${transport}: layouts keep no signatures`)
    },
    async commit() {
      if (top === undefined) throw new EngineError('internal', `nothing was written to ${path}`)
      const { digest, mediaType, bytes } = top
      const annotations = name === undefined ? {} : { annotations: { [refNameKey]: name } }
      await writer.finish({ mediaType, digest, size: bytes.length, ...annotations })
    },
    [Symbol.asyncDispose]: () => writer.dispose()
  }
}

/** Passes chunks on and tells how many bytes there were. */
export async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: ((current: number) => void) | undefined
): AsyncGenerator<Uint8Array> {
  let position = 0
  for await (const chunk of chunks) {
    yield chunk
    position += chunk.length
    onBytes?.(position)
  }
}

const layoutHeader = Buffer.from(JSON.stringify({ imageLayoutVersion: '1.0.0' }))

const indexOf = (manifests: readonly Descriptor[]): Buffer =>
  Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: ociMediaTypes.index, manifests }))

function layoutArchive(tar: TarWriter, output: ArchiveOutput): LayoutWriter {
  let begun: Promise<void> | undefined
  const begin = (): Promise<void> => (begun ??= tar.file('oci-layout', layoutHeader.length, [layoutHeader]))
  return {
    has: async (path) => tar.has(path),
    async put(path, size, chunks) {
      await begin()
      await tar.file(path, size, chunks)
    },
    async finish(entry) {
      const index = indexOf([entry])
      await tar.file('index.json', index.length, [index])
      await tar.finish()
      await output.commit()
    },
    dispose: async () => output[Symbol.asyncDispose]()
  }
}

function layoutDirectory(root: string, sharedBlobs = join(root, 'blobs')): LayoutWriter {
  const blobs = 'blobs/'
  const at = (path: string): string =>
    path.startsWith(blobs) ? join(sharedBlobs, path.slice(blobs.length)) : join(root, path)
  const written: string[] = []
  return {
    has: (path) =>
      stat(at(path)).then(
        (found) => found.isFile(),
        () => false
      ),
    async put(path, _size, chunks) {
      await placeFile(at(path), chunks)
      written.push(path)
    },
    async finish(entry) {
      await placeFile(join(root, 'oci-layout'), [layoutHeader])
      const others = (await existingEntries(root)).filter((each) => !isReplaced(each, entry))
      await placeFile(join(root, 'index.json'), [indexOf([...others, entry])])
      written.length = 0
    },
    async dispose() {
      for (const path of written) await rm(at(path), { force: true })
    }
  }
}

/** An entry of the same name, or a nameless one of the same image. */
function isReplaced(old: Descriptor, entry: Descriptor): boolean {
  const [before, now] = [old.annotations?.[refNameKey], entry.annotations?.[refNameKey]]
  return before === now && (now !== undefined || old.digest === entry.digest)
}

async function existingEntries(root: string): Promise<readonly Descriptor[]> {
  await using tree = directoryTree(root)
  if ((await tree.size('index.json')) === undefined) return []
  const bytes = await readSmall(tree, 'index.json', { limit: jsonLimits.manifest.maxBytes, place: root })
  return understood(root, () => parseIndex(parseJson(bytes, jsonLimits.manifest))).manifests
}
