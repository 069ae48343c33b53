import type { CallOptions, ResolvedImage } from '@runcible/interface'
import { jsonLimits, parseImageConfig, parseJson } from '@runcible/oci-spec'
import { readBlob } from './blobs.ts'
import { type FoundImage, imageOf, requireImage } from './find-image.ts'
import type { StoreContext } from './init.ts'

/** The image and its config, from the store alone. */
export function resolveImage(context: StoreContext, name: string, options: CallOptions = {}): Promise<ResolvedImage> {
  return resolveFound(context, requireImage(context, name), options)
}

export async function resolveFound(
  context: StoreContext,
  found: FoundImage,
  options: CallOptions = {}
): Promise<ResolvedImage> {
  const bytes = await readBlob(context.content, found.record.config.digest, options)
  const imageConfig = parseImageConfig(parseJson(bytes, jsonLimits.config))
  return { ...imageOf(context.state, found.record), name: found.name, imageConfig }
}
