import type { StoreCheckRequest, StoreFinding } from '@runcible/interface'
import { imageOf } from '../find-image.ts'
import type { StoreContext } from '../init.ts'
import { takeLease } from '../lease.ts'
import { checkBlobs } from './check-blobs.ts'
import { checkLayers } from './check-layers.ts'
import { checkLeftovers } from './check-leftovers.ts'
import { findingsOf, type Checkup } from './checkup.ts'

/**
 * Looks at every record, blob and layer, and mends on request: blobs first, since layers are mended from them. Under a
 * lease: nothing is collected meanwhile, and pulls go on beside it.
 */
export async function checkStore(
  context: StoreContext,
  request: StoreCheckRequest = {}
): Promise<readonly StoreFinding[]> {
  const checkup: Checkup = { context, request, findings: findingsOf(request.repair === true), damaged: new Set() }
  const images = context.state.images.list()
  {
    await using _lease = await takeLease(context.state, request)
    await checkRecords(checkup)
    for (const record of images) {
      request.onImage?.(record.id)
      const image = imageOf(context.state, record)
      await checkBlobs(checkup, image)
      await checkLayers(checkup, image)
    }
    checkNames(checkup)
  }
  await checkLeftovers(checkup)
  return checkup.findings.list()
}

/** What a crash of the machine left unreadable. A container's layer cannot be found again without its record. */
async function checkRecords({ context: { snapshotter }, findings }: Checkup): Promise<void> {
  for (const { key, kind } of (await snapshotter.broken?.()) ?? []) {
    const found = {
      kind: 'record-broken',
      subject: key,
      images: [],
      detail: `the record of a layer cannot be read`
    } as const
    if (kind === 'committed') {
      await findings.add(found, async () => {
        await snapshotter.dropBroken?.(key)
        return 'dropped the record; the layer is made again for the images that have it'
      })
    } else await findings.add(found, cannot(`remove the container ${key}`))
  }
}

const cannot = (advice: string) => async (): Promise<never> => {
  throw new Error(advice)
}

function checkNames({ context: { state }, findings }: Checkup): void {
  const known = new Set(
    [state.images, state.manifestLists, state.artifacts].flatMap((store) => store.list().map(({ id }) => id))
  )
  for (const { id, imageId } of state.imageNames.list()) {
    if (known.has(imageId)) continue
    const detail = `the name is of image ${imageId.slice(0, 12)}, which is not here`
    findings.addNow({ kind: 'name-dangling', subject: id, images: [], detail }, () => {
      state.imageNames.delete(id)
      return 'removed the name'
    })
  }
}
