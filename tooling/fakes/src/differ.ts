import { Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { type ContentStore, type Differ, EngineError } from '@runcible/interface'
import { createDigester, layerCompression } from '@runcible/oci-spec'

/** Reads and checks layers, and unpacks them nowhere. A comparison finds no difference. */
export function fakeDiffer({ content }: { readonly content: Pick<ContentStore, 'reader'> }): Differ {
  return {
    async apply(layer, _mounts, { diffId, signal, onProgress } = {}) {
      const digester = createDigester()
      let size = 0
      for await (const chunk of unpacked(content.reader(layer.digest), layer.mediaType)) {
        if (signal?.aborted === true)
          throw new EngineError('aborted', 'unpacking was cancelled', { cause: signal.reason })
        digester.update(chunk)
        size += chunk.length
        onProgress?.({ bytes: size })
      }
      const found = digester.digest()
      if (diffId !== undefined && found !== diffId)
        throw new EngineError('corrupt', `layer ${layer.digest} unpacks to ${found} instead of ${diffId}`)
      return { diffId: found, size }
    },
    async *compare() {
      yield new Uint8Array(1024)
    },
    async *changes() {}
  }
}

function unpacked(bytes: AsyncIterable<Uint8Array>, mediaType: string): AsyncIterable<Uint8Array> {
  const compression = layerCompression(mediaType)
  if (compression === undefined) throw new EngineError('invalid-argument', `${mediaType} is not a layer`)
  if (compression === 'none') return bytes
  return Readable.from(bytes).compose(
    compression === 'gzip' ? createGunzip() : createZstdDecompress()
  ) as AsyncIterable<Uint8Array>
}
