import type { ImageStore } from '@runcible/interface'
import { findImage, imageOf, listImages } from './find-image.ts'
import type { ImageComponents, OciImageStoreInit, StoreContext } from './init.ts'
import { resolveImage } from './resolve.ts'

/**
 * The image store over a content store, a snapshotter, a differ and the state store. What transfers and changes images
 * is loaded when it is first called: resolving and listing stay cheap.
 */
export function ociImageStore(init: OciImageStoreInit = {}): (components: ImageComponents) => ImageStore {
  return (components) => {
    const { content, snapshotter, differ, state, events } = components
    const context: StoreContext = {
      content,
      snapshotter,
      differ,
      state,
      ...(events === undefined ? {} : { events }),
      init
    }
    return {
      resolve: async (name, options) => resolveImage(context, name, options),
      pull: async (name, request, options) => (await import('./pull.ts')).pullImage(context, name, request, options),
      push: async (name, destination, request, options) =>
        (await import('./push.ts')).pushImage(context, name, destination, request, options),
      list: async () => listImages(state),
      async get(name) {
        const found = findImage(context, name)
        return found && imageOf(state, found.record)
      },
      tag: async (name, newName) => (await import('./names.ts')).tagImage(context, name, newName),
      untag: async (name, names) => (await import('./names.ts')).untagImage(context, name, names),
      remove: async (name, options) => (await import('./names.ts')).removeImage(context, name, options),
      import: async (tar, request, options) =>
        (await import('./import.ts')).importImage(context, tar, request, options),
      commit: async (request, options) => (await import('./commit.ts')).commitImage(context, request, options),
      view: async (name, options) => (await import('./view.ts')).viewImage(context, name, options),
      check: async (request) => (await import('./check/check-store.ts')).checkStore(context, request),
      copy: async (source, destination, request, options) =>
        (await import('./copy.ts')).copyLocations(context, source, destination, request, options),
      save: async (names, request, output, options) =>
        (await import('./save.ts')).saveImages(context, names, request, output, options),
      load: async (archive, request, options) =>
        (await import('./load.ts')).loadImages(context, archive, request, options)
    }
  }
}
