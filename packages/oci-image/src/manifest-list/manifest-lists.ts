import type { ManifestLists } from '@runcible/interface'
import type { ImageComponents, OciImageStoreInit, StoreContext } from '../init.ts'
import { listOf, requireList } from './records.ts'

/** Manifest lists over the parts that an image store works with, and its settings. */
export function ociManifestLists(init: OciImageStoreInit = {}): (components: ImageComponents) => ManifestLists {
  return (components) => {
    const context: StoreContext = { ...components, init }
    return {
      create: async (name, request, options) =>
        (await import('./create.ts')).createList(context, name, request, options),
      add: async (name, image, request, options) =>
        (await import('./add.ts')).addToList(context, name, image, request, options),
      addArtifact: async (name, request, options) =>
        (await import('./add-artifact.ts')).addArtifactToList(context, name, request, options),
      annotate: async (name, request, options) =>
        (await import('./annotate.ts')).annotateList(context, name, request, options),
      inspect: async (name, request, options) =>
        (await import('./inspect.ts')).inspectManifest(context, name, request, options),
      get: async (name) => listOf(requireList(context, name)),
      list: async () => context.state.manifestLists.list().map(listOf),
      removeEntry: async (name, digest) => (await import('./remove.ts')).removeEntry(context, name, digest),
      remove: async (name, options) => (await import('./remove.ts')).removeList(context, name, options),
      push: async (name, destination, request, options) =>
        (await import('./push.ts')).pushList(context, name, destination, request, options)
    }
  }
}
