import type { CallOptions, ProgressOptions, PushProgress } from '@runcible/interface'
import { type Descriptor, type Digest, jsonLimits, parseJson, parseManifest } from '@runcible/oci-spec'
import { readBlob } from '../blobs.ts'
import { fetchBlob } from '../fetch-blob.ts'
import { type FoundImage, requireImage } from '../find-image.ts'
import type { StoreContext } from '../init.ts'
import { normalizeReference } from '../reference.ts'
import { checkedManifest, mediaTypeOf } from './checked-manifest.ts'
import { missingBlob } from './files/file-tree.ts'
import type { ImageSource } from './image-source.ts'
import { storeBlob } from './stored-blob.ts'

/**
 * An image of the store. The caller holds a lease (lease.ts) while it reads. What is here in unpacked form only is
 * fetched again from where the image came from.
 */
export function storeSource(
  context: StoreContext,
  name: string,
  options: ProgressOptions<PushProgress> = {}
): ImageSource {
  let found: FoundImage | undefined
  const image = (): FoundImage => (found ??= requireImage(context, name))
  const { content } = context
  const ensure = async (descriptor: Descriptor): Promise<void> => {
    if ((await content.info(descriptor.digest)) !== undefined) return
    await fetchBlob(context, { record: image().record, options }, descriptor)
  }
  const read = (descriptor: Descriptor, offset: number, { signal }: CallOptions): AsyncIterable<Uint8Array> =>
    content.reader(descriptor.digest, { offset, signal })
  return {
    transport: 'containers-storage',
    name: `containers-storage:${name}`,
    get reference() {
      const { stored } = image()
      return stored && normalizeReference(stored.id)
    },
    async manifest(digest, call = {}) {
      const target = digest ?? (await topDigest(context, image()))
      const info = await content.info(target)
      if (info === undefined || info.size > jsonLimits.manifest.maxBytes)
        throw missingBlob({ digest: target }, 'the store')
      const bytes = await readBlob(content, target, call)
      const { manifest } = image().record
      const mediaType = target === manifest.digest ? manifest.mediaType : mediaTypeOf(bytes, name)
      return checkedManifest(bytes, { digest: target, mediaType, place: name })
    },
    async *blob(descriptor, { offset = 0, length = descriptor.size, ...call } = {}) {
      await ensure(descriptor)
      // What is in the store is whole and verified.
      let rest = length
      for await (const chunk of read(descriptor, offset, call)) {
        if (rest <= 0) return
        yield chunk.length > rest ? chunk.subarray(0, rest) : chunk
        rest -= chunk.length
      }
    },
    async download(request, call = {}) {
      await ensure(request.descriptor)
      return await storeBlob(request, (offset) => read(request.descriptor, offset, call), call.signal)
    },
    signatures: async () => [],
    [Symbol.asyncDispose]: async () => undefined
  }
}

/**
 * The manifest of the name where the registry knows the image by another one than the record's, unless that one alone
 * lacks blobs here.
 */
async function topDigest(context: StoreContext, { record, stored }: FoundImage): Promise<Digest> {
  const { content } = context
  const { manifest, layers } = record
  const own = stored?.digest
  if (own === undefined || own === manifest.digest || (await content.info(own)) === undefined) return manifest.digest
  const document = parseManifest(parseJson(await readBlob(content, own), jsonLimits.manifest))
  return (await areHere(context, document.layers)) || !(await areHere(context, layers)) ? own : manifest.digest
}

async function areHere({ content }: StoreContext, blobs: readonly Descriptor[]): Promise<boolean> {
  for (const { digest } of blobs) if ((await content.info(digest)) === undefined) return false
  return true
}
