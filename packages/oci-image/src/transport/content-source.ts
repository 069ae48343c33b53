import { type Digest, jsonLimits } from '@runcible/oci-spec'
import { readBlob } from '../blobs.ts'
import type { StoreContext } from '../init.ts'
import type { QualifiedReference } from '../reference.ts'
import { checkedManifest, mediaTypeOf } from './checked-manifest.ts'
import { missingBlob } from './files/file-tree.ts'
import type { ImageSource } from './image-source.ts'
import { storeBlob } from './stored-blob.ts'
import { storeSource } from './store-source.ts'

export interface ContentSourceInit {
  readonly name: string
  readonly reference: QualifiedReference | undefined
  readonly top: Digest
}

/**
 * A manifest with what it refers to, from the content store: with or without a record of an image. Layers that are here in
 * unpacked form only come from where their image came from. The caller holds a lease (lease.ts).
 */
export function contentSource(context: StoreContext, { name, reference, top }: ContentSourceInit): ImageSource {
  const { content, state } = context
  const image = (): ImageSource | undefined => {
    const found = state.images.list().find(({ manifest }) => manifest.digest === top)
    return found && storeSource(context, found.id)
  }
  const isHere = async (digest: Digest): Promise<boolean> => (await content.info(digest)) !== undefined
  return {
    transport: 'containers-storage',
    name,
    reference,
    async manifest(digest = top, call = {}) {
      const info = await content.info(digest)
      if (info === undefined || info.size > jsonLimits.manifest.maxBytes) throw missingBlob({ digest }, name)
      const bytes = await readBlob(content, digest, call)
      return checkedManifest(bytes, { digest, mediaType: mediaTypeOf(bytes, name), place: name })
    },
    async *blob(descriptor, options = {}) {
      const { offset = 0, length = descriptor.size, signal } = options
      const own = image()
      if (own !== undefined) {
        yield* own.blob(descriptor, options)
        return
      }
      if (!(await isHere(descriptor.digest))) throw missingBlob(descriptor, name)
      let rest = length
      for await (const chunk of content.reader(descriptor.digest, { offset, signal })) {
        if (rest <= 0) return
        yield chunk.length > rest ? chunk.subarray(0, rest) : chunk
        rest -= chunk.length
      }
    },
    async download(request, call = {}) {
      const own = image()
      if (own !== undefined) return await own.download(request, call)
      const { digest } = request.descriptor
      if (!(await isHere(digest))) throw missingBlob(request.descriptor, name)
      return await storeBlob(request, (offset) => content.reader(digest, { offset, signal: call.signal }), call.signal)
    },
    signatures: async () => [],
    [Symbol.asyncDispose]: async () => undefined
  }
}
