import type { Image, Images } from '@runcible/interface'
import { imageChanges } from '../containers/diff.ts'
import type { ReconcileParts } from '../containers/reconcile.ts'
import { imageFilter } from './filters.ts'
import { imageHistory } from './history.ts'
import { inspectImage } from './inspect.ts'
import { withParents } from './lineage.ts'
import { findManifestList, manifestLists } from './manifest-lists.ts'
import { mountedImages, mountImage, unmountImage } from './mount.ts'
import { pruneImages } from './prune.ts'
import { removeImage } from './remove.ts'
import { resolveImage } from './resolve-image.ts'
import { imageTree } from './tree.ts'
import type { Parts } from '../settings.ts'

type ImageParts = ReconcileParts & Pick<Parts, 'images' | 'manifests' | 'differ' | 'rootfs'>

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
    copy: (source, destination, request, options) => images.copy(source, destination, request, options),
    async save(names, request, output, options) {
      await images.save(names, request, output, options)
      for (const name of request.multi === true ? names : names.slice(0, 1))
        publish(parts, 'save', await images.get(name), name)
    },
    async load(archive, request, options) {
      const loaded = await images.load(archive, request, options)
      for (const { id, name } of loaded)
        events.publish({ type: 'image', action: 'loadfromarchive', id, name: name ?? id })
      return loaded
    },
    async list(options = {}) {
      const all = [...(await withParents(images, await images.list(options))), ...(await manifestLists(parts))]
      return all.filter(imageFilter(options.filters ?? {}, { all, containers: parts.state.containers.list() }))
    },
    inspect: (name, options) => inspectImage(parts, name, options),
    history: (name, options) => imageHistory(parts, name, options),
    changes: (name, options) => imageChanges(parts, name, options),
    exists: async (name) =>
      (await images.get(name)) !== undefined || (await findManifestList(parts, name)) !== undefined,
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
    prune: (options) => pruneImages(parts, options),
    mount: (name, options) => mountImage(parts, name, options),
    unmount: (name, options) => unmountImage(parts, name, options),
    mounted: (options) => mountedImages(parts, options),
    tree: (name, options) => imageTree(parts, name, options),
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
