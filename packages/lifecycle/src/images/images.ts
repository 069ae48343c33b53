import { EngineError, type ContainerRecord, type Image, type Images } from '@runcible/interface'
import { imageFilter } from './filters.ts'
import { resolveImage } from './resolve-image.ts'
import { removeIfThere } from '../containers/remove.ts'
import type { ReconcileParts } from '../containers/reconcile.ts'
import type { Parts } from '../settings.ts'

type ImageParts = ReconcileParts & Pick<Parts, 'images'>

/** The `images` part of a local engine. */
export function localImages(parts: ImageParts): Images {
  const { images, events } = parts
  return {
    pull: (name, { policy = 'always', ...request } = {}, options = {}) =>
      resolveImage(parts, { image: name, pull: policy, ...request }, options),
    async push(name, destination, request, options) {
      const digest = await images.push(name, destination, request, options)
      events.publish({ type: 'image', action: 'push', id: digest, name: destination ?? name })
      return digest
    },
    async list(options = {}) {
      const all = await images.list(options)
      return all.filter(imageFilter(options.filters ?? {}, all))
    },
    inspect: (name, options) => images.resolve(name, options),
    exists: async (name) => (await images.get(name)) !== undefined,
    async tag(name, newName) {
      await images.tag(name, newName)
      publish(parts, 'tag', await images.get(name), newName)
    },
    async untag(name, names) {
      const image = await images.get(name)
      await images.untag(name, names)
      publish(parts, 'untag', image, name)
    },
    remove: (name, options = {}) => removeImage(parts, name, options),
    async import(tar, request, options) {
      const image = await images.import(tar, request, options)
      publish(parts, 'import', image, request.name ?? image.id)
      return image
    }
  }
}

function publish(parts: Pick<Parts, 'events'>, action: string, image: Image | undefined, name: string): void {
  if (image !== undefined) parts.events.publish({ type: 'image', action, id: image.id, name })
}

/** Removes an image unless a container is made from it; with `force` those containers go first. */
async function removeImage(parts: ImageParts, name: string, options: NonNullable<Parameters<Images['remove']>[1]>) {
  const image = await parts.images.get(name)
  if (image === undefined)
    throw new EngineError('not-found', `${name}: image not known`, { subject: { kind: 'image', name } })
  // Taking one of several names away leaves the containers their image.
  const keepsImage = image.names.length > 1 && !image.id.startsWith(name) && !options.force
  const users = keepsImage
    ? []
    : parts.state.containers.list().filter((container) => container.config.image.id === image.id)
  if (users.length > 0 && !options.force) throw imageInUse(name, image, users)
  for (const { id } of users) await removeIfThere(parts, id, { force: true })
  const removed = await parts.images.remove(name, options)
  for (const untagged of removed.untagged) publish(parts, 'untag', image, untagged)
  await parts.snapshotter.cleanTrash?.()
  for (const id of removed.deleted) parts.events.publish({ type: 'image', action: 'remove', id, name })
  return removed
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
