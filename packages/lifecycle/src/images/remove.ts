import {
  EngineError,
  isEngineError,
  type ContainerRecord,
  type Image,
  type Images,
  type ImageSummary,
  type RemovedImage
} from '@runcible/interface'
import type { ReconcileParts } from '../containers/reconcile.ts'
import { removeIfThere } from '../containers/remove.ts'
import type { Parts } from '../settings.ts'
import { withParents } from './lineage.ts'
import { findManifestList } from './manifest-lists.ts'

type RemoveParts = ReconcileParts & Pick<Parts, 'images' | 'manifests' | 'rootfs'>
type Options = NonNullable<Parameters<Images['remove']>[1]>

/** Removes an image unless a container is made from it; with `force` those containers go first. */
export async function removeImage(parts: RemoveParts, name: string, options: Options = {}): Promise<RemovedImage> {
  const { keepParents = false, ...rest } = options
  const image = await parts.images.get(name)
  if (image === undefined) return await removeManifestList(parts, name, rest)
  // Taking one of several names away leaves the containers their image.
  const keepsImage = image.names.length > 1 && !image.id.startsWith(name) && !rest.force
  const users = keepsImage ? [] : usersOf(parts, image.id)
  if (users.length > 0 && !rest.force) throw imageInUse(name, image, users)
  const family = keepsImage || keepParents ? [] : await withParents(parts.images, await parts.images.list(rest))
  for (const { id } of users) await removeIfThere(parts, id, { force: true })
  if (!keepsImage) await (await import('./mount.ts')).releaseImage(parts, image.id, rest)
  const removed = await parts.images.remove(name, rest)
  const parents = removed.deleted.length === 0 ? [] : await removeParents(parts, image.id, family)
  await parts.snapshotter.cleanTrash?.()
  return { untagged: removed.untagged, deleted: [...removed.deleted, ...parents] }
}

async function removeManifestList(parts: RemoveParts, name: string, options: Options): Promise<RemovedImage> {
  const list = await findManifestList(parts, name)
  if (list === undefined)
    throw new EngineError('not-found', `${name}: image not known`, { subject: { kind: 'image', name } })
  await parts.manifests.remove(list.id, options)
  return { untagged: [list.name], deleted: [list.id] }
}

const usersOf = ({ state }: Pick<Parts, 'state'>, id: string): readonly ContainerRecord[] =>
  state.containers.list().filter((container) => container.config.image.id === id)

/** Nameless images that only the removed one was made from, the nearest first. */
async function removeParents(
  parts: RemoveParts,
  removedId: string,
  family: readonly ImageSummary[]
): Promise<readonly string[]> {
  const byId = new Map(family.map((image) => [image.id, image]))
  const gone = new Set([removedId])
  for (let at = byId.get(removedId)?.parent; at !== undefined; at = byId.get(at)?.parent) {
    const parent = byId.get(at)
    const hasOthers = family.some(({ id, parent: of }) => of === at && !gone.has(id))
    if (parent === undefined || parent.names.length > 0 || hasOthers || usersOf(parts, at).length > 0) break
    try {
      await parts.images.remove(at)
    } catch (error) {
      if (!isEngineError(error, 'not-found') && !isEngineError(error, 'in-use')) throw error
      break
    }
    gone.add(at)
  }
  gone.delete(removedId)
  return [...gone]
}

function imageInUse(name: string, image: Image, users: readonly ContainerRecord[]): EngineError {
  return new EngineError(
    'in-use',
    `image ${name} (${image.id.slice(0, 12)}) is used by ${users.map((user) => user.name).join(', ')}: image is in use by a container`,
    {
      subject: { kind: 'image', name },
      hint: 'remove the container first, or use --force to remove both'
    }
  )
}
