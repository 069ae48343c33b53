import type { Artifacts } from './artifact.ts'
import type { ContainerRuntime } from './container-runtime.ts'
import type { ContentStore } from './content-store.ts'
import type { Differ } from './differ.ts'
import type { Registries } from './engine/registries.ts'
import type { EventBus } from './event.ts'
import type { ImageStore } from './image-store.ts'
import type { LogStore } from './log-store.ts'
import type { Logger } from './logger.ts'
import type { ManifestLists } from './manifest-list.ts'
import type { NetworkDriver } from './network-driver.ts'
import type { RootfsAccess } from './rootfs.ts'
import type { Snapshotter } from './snapshotter.ts'
import type { StateStore } from './state-store.ts'
import type { VolumeDriver } from './volume-driver.ts'

/** Every part an engine is assembled from. A driver or operation asks for a `Pick` of it. */
export interface Components {
  readonly runtime: ContainerRuntime
  readonly images: ImageStore
  readonly registries: Registries
  readonly manifests: ManifestLists
  readonly artifacts: Artifacts
  readonly content: ContentStore
  readonly differ: Differ
  readonly snapshotter: Snapshotter
  readonly rootfs: RootfsAccess
  readonly network: NetworkDriver
  readonly volumes: VolumeDriver
  readonly state: StateStore
  readonly events: EventBus
  readonly logs: LogStore
  readonly logger: Logger
}

/** A driver: the user's settings first (`runc(init)`), then the parts it needs. */
export type Factory<Needs extends keyof Components, Thing> = (components: Pick<Components, Needs>) => Thing
