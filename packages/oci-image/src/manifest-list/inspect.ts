import type { CallOptions, InspectedManifest, TransferRequest } from '@runcible/interface'
import type { StoreContext } from '../init.ts'
import { mediaTypeOf } from '../transport/checked-manifest.ts'
import { openNamed } from './open-named.ts'
import { findList, listOf } from './records.ts'

/** A list of this store; else the index or manifest of an image, which the name's registry is asked for first. */
export async function inspectManifest(
  context: StoreContext,
  name: string,
  request: TransferRequest = {},
  options: CallOptions = {}
): Promise<InspectedManifest> {
  const found = findList(context, name)
  if (found !== undefined) {
    const { bytes, digest, index } = listOf(found)
    return { bytes, digest, mediaType: index.mediaType ?? '' }
  }
  await using source = await openNamed(context, name, request, options)
  const { bytes, digest, mediaType } = await source.manifest(undefined, options)
  return {
    bytes,
    digest,
    mediaType:
      mediaType.includes('manifest') || mediaType.includes('index') ? mediaType : mediaTypeOf(bytes, source.name)
  }
}
