import type { CallOptions } from '@runcible/interface'
import type { OpenedIndex } from './image-index.ts'
import type { OpenedImage, OpenImageOptions } from './image.ts'
import type { ImageSource } from './transport/image-source.ts'

/**
 * Opens the image of a source; of an index, the one that suits the platform. Manifest and config are read, layers are not.
 *
 * @throws EngineError `not-found` when the index has none; `unsupported` for what is no container image; `corrupt` for
 * documents that are wrong or disagree.
 */
export async function openImage(source: ImageSource, options: OpenImageOptions = {}): Promise<OpenedImage> {
  return await (await import('./image.ts')).openImage(source, options)
}

/**
 * Opens the index of a source.
 *
 * @throws EngineError `invalid-argument` when the source has one image alone.
 */
export async function openIndex(source: ImageSource, options: CallOptions = {}): Promise<OpenedIndex> {
  return await (await import('./image-index.ts')).openIndex(source, options)
}
