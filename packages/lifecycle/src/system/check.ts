import { isEngineError, type StoreCheckRequest, type StoreFinding } from '@runcible/interface'
import type { ReconcileParts } from '../containers/reconcile.ts'
import { removeImage } from '../images/remove.ts'
import type { Parts } from '../settings.ts'

type CheckParts = ReconcileParts & Pick<Parts, 'images' | 'rootfs' | 'manifests'>

/** Checks the store; what it cannot mend of an image takes the image away, when that was asked for. */
export async function checkSystem(
  parts: CheckParts,
  { force = false, ...request }: StoreCheckRequest & { readonly force?: boolean } = {}
): Promise<readonly StoreFinding[]> {
  const findings = await parts.images.check(request)
  if (request.repair !== true) return findings
  const removals = new Map<string, Promise<NonNullable<StoreFinding['outcome']>>>()
  return Promise.all(
    findings.map(async (finding) => {
      if (finding.outcome?.repaired !== false || !breaksImages(finding)) return finding
      const outcomes: NonNullable<StoreFinding['outcome']>[] = []
      for (const id of finding.images) {
        const removal = removals.get(id) ?? removeBroken(parts, id, force)
        removals.set(id, removal)
        outcomes.push(await removal)
      }
      const why = finding.outcome.action
      return {
        ...finding,
        outcome: {
          repaired: outcomes.length > 0 && outcomes.every(({ repaired }) => repaired),
          action: [why, ...outcomes.map(({ action }) => action)].join('; ')
        }
      }
    })
  )
}

/** Without its packed layer an image still runs. */
const breaksImages = ({ kind, detail }: StoreFinding): boolean =>
  kind === 'blob-missing' ||
  kind === 'layer-missing' ||
  kind === 'layer-damaged' ||
  (kind === 'blob-damaged' && !detail.startsWith('the layer'))

async function removeBroken(
  parts: CheckParts,
  id: string,
  force: boolean
): Promise<NonNullable<StoreFinding['outcome']>> {
  const short = id.slice(0, 12)
  try {
    const names = parts.state.imageNames.list().filter(({ imageId }) => imageId === id)
    if (force) await removeImage(parts, id, { force })
    else for (const name of names.length > 0 ? names.map((each) => each.id) : [id]) await removeImage(parts, name)
    return { repaired: true, action: `removed image ${short}` }
  } catch (error) {
    if (isEngineError(error, 'not-found')) return { repaired: true, action: `image ${short} is gone` }
    return { repaired: false, action: (error as Error).message }
  }
}
