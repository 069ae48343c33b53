import {
  EngineError,
  type ImageRecord,
  isEngineError,
  type ProgressOptions,
  type PushProgress
} from '@runcible/interface'
import type { Descriptor } from '@runcible/oci-spec'
import { type Endpoint, pullEndpoints } from './endpoints.ts'
import { namesOf } from './find-image.ts'
import type { StoreContext } from './init.ts'
import { openRegistry } from './open-registry.ts'
import { normalizeReference } from './reference.ts'

/**
 * A layer that was unpacked already when its image came was not downloaded: here it is wanted after all, and comes from
 * a registry that the image has a name of.
 */
export async function fetchBlob(
  context: StoreContext,
  { record, options }: { readonly record: ImageRecord; readonly options: ProgressOptions<PushProgress> },
  descriptor: Descriptor
): Promise<void> {
  let last: EngineError | undefined
  for (const name of namesOf(context.state, record.id)) {
    const reference = normalizeReference(name.id)
    if (reference.registry === 'localhost') continue
    const endpoint = pullEndpoints(context.init, reference).at(-1) as Endpoint
    await using client = openRegistry(context.init, endpoint, {}, options)
    try {
      await client.download(endpoint.repository, { descriptor, content: context.content })
      return
    } catch (error) {
      if (!isEngineError(error) || error.code === 'aborted') throw error
      last = error
    }
  }
  throw new EngineError(
    'not-found',
    `layer ${descriptor.digest} of image ${record.id.slice(0, 12)} is here in unpacked form only`,
    {
      subject: { kind: 'blob', name: descriptor.digest },
      hint: 'remove the image and pull it again',
      cause: last
    }
  )
}
