import { fakeContentStore, fakeDiffer, fakeEventBus, fakeSnapshotter, fakeStateStore } from '@runcible/fakes'
import type { BlobInfo, ImageStore, SnapshotInfo } from '@runcible/interface'
import { startRegistry, type TestRegistry, type TestRegistryInit } from '@runcible/fixtures'
import { ociImageStore } from '../src/index.ts'
import type { ImageComponents, OciImageStoreInit } from '../src/init.ts'

export interface Sandbox extends AsyncDisposable {
  readonly registry: TestRegistry
  readonly components: ImageComponents
  readonly images: ImageStore
  /** Another store, as another process would have it, over the same components. */
  again(init?: OciImageStoreInit): ImageStore
  blobs(): Promise<readonly BlobInfo[]>
  snapshots(): Promise<readonly SnapshotInfo[]>
}

/** A store over in-memory parts and a registry inside this process, with short waits. */
export async function sandbox(init: OciImageStoreInit = {}, registryInit: TestRegistryInit = {}): Promise<Sandbox> {
  const registry = await startRegistry(registryInit)
  const content = fakeContentStore()
  const components: ImageComponents = {
    content,
    snapshotter: fakeSnapshotter(),
    differ: fakeDiffer({ content }),
    state: fakeStateStore(),
    events: fakeEventBus()
  }
  const again = (more: OciImageStoreInit = {}): ImageStore =>
    ociImageStore({
      registries: { insecure: [registry.host] },
      retry: { firstDelay: 5, longestDelay: 20, stallTimeout: 400, attempts: 3 },
      ...init,
      ...more
    })(components)
  return {
    registry,
    components,
    images: again(),
    again,
    blobs: () => Array.fromAsync(content.list()),
    snapshots: () => Array.fromAsync(components.snapshotter.list()),
    [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose]()
  }
}
