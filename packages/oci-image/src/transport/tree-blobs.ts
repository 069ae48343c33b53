import type { CallOptions } from '@runcible/interface'
import type { Descriptor, Digest } from '@runcible/oci-spec'
import type { DownloadRequest } from '../registry/download.ts'
import { type FileTree, missingBlob } from './files/file-tree.ts'
import type { BlobRange } from './image-source.ts'
import { storeBlob, verified, wrongSize } from './stored-blob.ts'

/** The blobs of a source that keeps each in a file of its own. */
export interface TreeBlobs {
  blob(descriptor: Descriptor, options?: CallOptions & BlobRange): AsyncIterable<Uint8Array>
  download(request: DownloadRequest, options?: CallOptions): Promise<boolean>
}

/** `pathOf` says in which file a blob is; it may have to look at the source first. */
export function treeBlobs(
  tree: FileTree,
  place: string,
  pathOf: (digest: Digest, options: CallOptions) => Promise<string | undefined>
): TreeBlobs {
  const find = async (descriptor: Descriptor, options: CallOptions): Promise<string> => {
    const path = await pathOf(descriptor.digest, options)
    const size = path === undefined ? undefined : await tree.size(path)
    if (path === undefined || size === undefined) throw missingBlob(descriptor, place)
    if (size !== descriptor.size) throw wrongSize(descriptor, size)
    return path
  }
  return {
    async *blob(descriptor, options = {}) {
      const { offset = 0, length = descriptor.size, signal, verify = true } = options
      const path = await find(descriptor, options)
      const bytes = tree.stream(path, { offset, length, signal })
      const whole = offset === 0 && length >= descriptor.size
      yield* whole && verify ? verified(descriptor, bytes, place) : bytes
    },
    async download(request, options = {}) {
      const path = await find(request.descriptor, options)
      const { signal } = options
      // A store copies what it is given.
      return await storeBlob(request, (offset) => tree.stream(path, { offset, signal, reuse: true }), signal)
    }
  }
}
