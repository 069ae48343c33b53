import type { Image, Images } from '@runcible/interface'
import type { ReconcileParts } from '../containers/reconcile.ts'
import { findManifestList, refuseList } from './manifest-lists.ts'
import { resolveImage } from './resolve-image.ts'
import type { Parts } from '../settings.ts'

type ImageParts = ReconcileParts & Pick<Parts, 'images' | 'manifests' | 'differ' | 'rootfs'>

/** The `images` part of a local engine. */
export function localImages(parts: ImageParts): Images {
  const { images, events } = parts
  return {
    pull: (name, { policy = 'always', ...request } = {}, options = {}) =>
      resolveImage(parts, { image: name, pull: policy, ...request }, options),
    push: (name, destination, request, options) => images.push(name, destination, request, options),
    copy: (source, destination, request, options) => images.copy(source, destination, request, options),
    async save(names, request, output, options) {
      await images.save(names, request, output, options)
      for (const name of request.multi === true ? names : names.slice(0, 1))
        publish(parts, await images.get(name), name)
    },
    async load(archive, request, options) {
      const loaded = await images.load(archive, request, options)
      for (const { id, name } of loaded)
        events.publish({ type: 'image', action: 'loadfromarchive', id, name: name ?? id })
      return loaded
    },
    list: async (options) => (await import('./list.ts')).listImages(parts, options),
    inspect: async (name, options) => (await import('./inspect.ts')).inspectImage(parts, name, options),
    history: async (name, options) => (await import('./history.ts')).imageHistory(parts, name, options),
    async *changes(name, options) {
      yield* (await import('../containers/diff.ts')).imageChanges(parts, name, options)
    },
    exists: async (name) =>
      (await images.get(name)) !== undefined || (await findManifestList(parts, name)) !== undefined,
    async tag(name, newName) {
      await images.tag(name, newName).catch((error: unknown) => refuseList(parts, name, error))
    },
    async untag(name, names) {
      await images.untag(name, names).catch((error: unknown) => refuseList(parts, name, error))
    },
    remove: async (name, options = {}) => (await import('./remove.ts')).removeImage(parts, name, options),
    prune: async (options) => (await import('./prune.ts')).pruneImages(parts, options),
    mount: async (name, options) => (await import('./mount.ts')).mountImage(parts, name, options),
    unmount: async (name, options) => (await import('./mount.ts')).unmountImage(parts, name, options),
    mounted: async (options) => (await import('./mount.ts')).mountedImages(parts, options),
    tree: async (name, options) => (await import('./tree.ts')).imageTree(parts, name, options),
    import: (tar, request, options) => images.import(tar, request, options)
  }
}

function publish({ events }: Pick<Parts, 'events'>, image: Image | undefined, name: string): void {
  if (image !== undefined) events.publish({ type: 'image', action: 'save', id: image.id, name })
}
