import type { Artifacts } from '@runcible/interface'
import type { ImageComponents, OciImageStoreInit, StoreContext } from '../init.ts'
import { artifactOf, requireArtifact } from './records.ts'

/** Artifacts over the parts that an image store works with, and its settings. */
export function ociArtifacts(init: OciImageStoreInit = {}): (components: ImageComponents) => Artifacts {
  return (components) => {
    const context: StoreContext = { ...components, init }
    return {
      add: async (name, request, options) => (await import('./add.ts')).addArtifact(context, name, request, options),
      pull: async (name, request, options) => (await import('./pull.ts')).pullArtifact(context, name, request, options),
      push: async (name, destination, request, options) =>
        (await import('./push.ts')).pushArtifact(context, name, destination, request, options),
      list: () => Promise.all(context.state.artifacts.list().map((record) => artifactOf(context, record))),
      get: async (name) => await artifactOf(context, requireArtifact(context, name)),
      remove: async (name, options) => (await import('./remove.ts')).removeArtifact(context, name, options),
      async *read(name, file, options) {
        yield* (await import('./read.ts')).readArtifact(context, name, file, options)
      },
      referrers: async (name, request, options) =>
        (await import('./referrers.ts')).listReferrersOf(context, name, request, options)
    }
  }
}
