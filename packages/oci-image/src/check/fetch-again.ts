import { type CallOptions, EngineError, type Image, isEngineError } from '@runcible/interface'
import type { Descriptor } from '@runcible/oci-spec'
import { writeBlob } from '../blobs.ts'
import { type Endpoint, pullEndpoints } from '../endpoints.ts'
import { namesOf } from '../find-image.ts'
import type { StoreContext } from '../init.ts'
import { openRegistry } from '../open-registry.ts'
import { normalizeReference } from '../reference.ts'

/** The manifest of an image from one of the registries that the image has a name of. */
export async function fetchManifestAgain(
  context: StoreContext,
  { id }: Image,
  { digest }: Descriptor,
  options: CallOptions
): Promise<void> {
  let last: EngineError | undefined
  for (const name of namesOf(context.state, id)) {
    const reference = normalizeReference(name.id)
    if (reference.registry === 'localhost') continue
    const endpoint = pullEndpoints(context.init, reference).at(-1) as Endpoint
    await using client = openRegistry(context.init, endpoint, {}, options)
    try {
      const { bytes } = await client.manifest(endpoint.repository, digest)
      await writeBlob(context.content, bytes, digest, options)
      return
    } catch (error) {
      if (!isEngineError(error) || error.code === 'aborted') throw error
      last = error
    }
  }
  throw new EngineError(
    'not-found',
    last === undefined ? 'the image has no name in a registry, to fetch it from' : last.message,
    { subject: { kind: 'blob', name: digest }, cause: last }
  )
}
