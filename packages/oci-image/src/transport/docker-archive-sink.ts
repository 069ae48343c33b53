import { lstatSync } from 'node:fs'
import { EngineError } from '@runcible/interface'
import {
  createDigester,
  type Digest,
  digestHex,
  isConfigMediaType,
  jsonLimits,
  parseJson,
  parseManifest
} from '@runcible/oci-spec'
import { formatReference, type QualifiedReference } from '../reference.ts'
import type { ArchiveOutput } from './files/archive-output.ts'
import { readFileRange } from './files/read-file.ts'
import { spool } from './files/spool.ts'
import { tarWriter } from './files/tar-writer.ts'
import type { ImageSink } from './image-sink.ts'
import { counted } from './oci-sink.ts'
import { verified } from './stored-blob.ts'

export interface DockerArchiveSinkInit {
  /** What messages call the archive. */
  readonly place: string
  readonly output: ArchiveOutput
  /** Directory for layers whose size must be known before they are written. */
  readonly tmp: string
}

/** An archive of any number of images being written, as `docker save` does. */
export interface DockerArchiveWriter extends AsyncDisposable {
  /** For one image. Its `commit` lists the image; the archive is whole after `finish`. */
  sink(names: readonly QualifiedReference[]): ImageSink
  finish(): Promise<void>
}

interface ListedImage {
  readonly Config: string
  readonly RepoTags: readonly string[] | null
  readonly Layers: readonly string[]
}

const layerName = (digest: Digest): string => `${digestHex(digest)}.tar`
const configName = (digest: Digest): string => `${digestHex(digest)}.json`

/** @throws EngineError `already-exists` for a file with content: archives are not added to. */
export function checkNewArchive(path: string): void {
  const status = lstatSync(path, { throwIfNoEntry: false })
  if (status?.isFile() !== true || status.size === 0) return
  throw new EngineError('already-exists', `${path}: docker-archive doesn't support modifying existing images`, {
    hint: 'remove the file first, or name another one'
  })
}

export function dockerArchiveWriter({ place, output, tmp }: DockerArchiveSinkInit): DockerArchiveWriter {
  const tar = tarWriter(output)
  const images: ListedImage[] = []

  const putUnpacked = async (diffId: Digest, chunks: AsyncIterable<Uint8Array>): Promise<number> => {
    const bytes = checked(diffId, chunks, place)
    if (output.overwrite !== undefined) return tar.unsized(layerName(diffId), bytes)
    const file = await spool(bytes, { tmp })
    try {
      const { size } = await file.stat()
      await tar.file(layerName(diffId), size, readFileRange(file.fd, 0, size))
      return size
    } finally {
      await file.close()
    }
  }
  const sink = (names: readonly QualifiedReference[]): ImageSink => {
    let listed: ListedImage | undefined
    return {
      transport: 'docker-archive',
      name: `docker-archive:${place}`,
      reference: names[0],
      abilities: { indexes: false, manifests: ['docker'], layers: 'uncompressed', signatures: false },
      hasBlob: async ({ digest, mediaType }) =>
        tar.has(isConfigMediaType(mediaType) ? configName(digest) : layerName(digest)),
      async putBlob({ descriptor, read, onBytes }) {
        const { digest, mediaType, size } = descriptor
        const name = isConfigMediaType(mediaType) ? configName(digest) : layerName(digest)
        if (tar.has(name)) return 'exists'
        await tar.file(name, size, verified(descriptor, counted(read(0, size), onBytes), place))
        return 'uploaded'
      },
      putUnpacked: async (diffId, read) => {
        if (tar.has(layerName(diffId))) return 0
        return await putUnpacked(diffId, read())
      },
      async putManifest(manifest) {
        const { config, layers } = parseManifest(parseJson(manifest.bytes, jsonLimits.manifest))
        listed = {
          Config: configName(config.digest),
          RepoTags: names.length === 0 ? null : names.map(formatReference),
          Layers: layers.map(({ digest }) => layerName(digest))
        }
      },
      async putSignatures() {
        throw new EngineError('unsupported', 'docker-archive: archives keep no signatures')
      },
      async commit() {
        if (listed !== undefined) images.push(listed)
      },
      [Symbol.asyncDispose]: async () => undefined
    }
  }
  return {
    sink,
    async finish() {
      const list = Buffer.from(JSON.stringify(merged(images)))
      await tar.file('manifest.json', list.length, [list])
      await tar.finish()
      await output.commit()
    },
    [Symbol.asyncDispose]: () => output[Symbol.asyncDispose]()
  }
}

/** One image with all its names, however often it was saved. */
function merged(images: readonly ListedImage[]): readonly ListedImage[] {
  const byConfig = new Map<string, ListedImage>()
  for (const image of images) {
    const known = byConfig.get(image.Config)
    const names = [...new Set([...(known?.RepoTags ?? []), ...(image.RepoTags ?? [])])]
    byConfig.set(image.Config, { ...image, RepoTags: names.length === 0 ? null : names })
  }
  return [...byConfig.values()]
}

async function* checked(diffId: Digest, chunks: AsyncIterable<Uint8Array>, place: string): AsyncGenerator<Uint8Array> {
  const digester = createDigester()
  for await (const chunk of chunks) {
    digester.update(chunk)
    yield chunk
  }
  const actual = digester.digest()
  if (actual === diffId) return
  throw new EngineError('corrupt', `a layer for ${place} unpacks to ${actual}, not to ${diffId}`, {
    subject: { kind: 'blob', name: diffId }
  })
}

/** `docker-archive:FILE[:NAME]`: an archive of one image. */
export function dockerArchiveSink(init: DockerArchiveSinkInit, names: readonly QualifiedReference[]): ImageSink {
  const writer = dockerArchiveWriter(init)
  const one = writer.sink(names)
  return {
    ...one,
    async commit(options) {
      await one.commit(options)
      await writer.finish()
    },
    [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose]()
  }
}
