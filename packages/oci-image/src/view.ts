import { randomUUID } from 'node:crypto'
import type { CallOptions, ImageView } from '@runcible/interface'
import { chainIds, jsonLimits, parseJson, parseManifest } from '@runcible/oci-spec'
import { readBlob } from './blobs.ts'
import { unpackPrefix } from './collect.ts'
import { imageOf, requireImage } from './find-image.ts'
import type { StoreContext } from './init.ts'
import { takeLease } from './lease.ts'

/** The content of an image's layers, or of all but the topmost. Nothing is collected while one is open. */
export async function viewImage(
  context: StoreContext,
  name: string,
  { below = false, ...options }: CallOptions & { readonly below?: boolean } = {}
): Promise<ImageView> {
  const { snapshotter, state } = context
  await using undo = new AsyncDisposableStack()
  undo.use(await takeLease(state, options))
  const { record } = requireImage(context, name)
  const chain = below ? chainIds(record.diffIds).at(-2) : record.chainId
  const image = imageOf(state, record)
  const { annotations = {} } = parseManifest(
    parseJson(await readBlob(context.content, record.manifest.digest, options), jsonLimits.manifest)
  )
  if (chain === undefined) {
    const held = undo.move()
    return { image, annotations, mounts: [], [Symbol.asyncDispose]: () => held.disposeAsync() }
  }
  // With this prefix, what a dead process leaves is found and deleted.
  const key = `${unpackPrefix}view-${randomUUID()}`
  undo.defer(() => snapshotter.remove(key))
  const mounts = await snapshotter.view(key, chain, options)
  const held = undo.move()
  return { image, annotations, mounts, [Symbol.asyncDispose]: () => held.disposeAsync() }
}
