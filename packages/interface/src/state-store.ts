import type { ArtifactRecord } from './artifact.ts'
import type { CallOptions } from './call-options.ts'
import type { ContainerRecord } from './container.ts'
import type { ImageName, ImageRecord } from './image.ts'
import type { ManifestListRecord } from './manifest-list.ts'
import type { NetworkRecord } from './network.ts'
import type { VolumeRecord } from './volume.ts'

/** Whatever is kept has a key that never changes. */
export interface Entity {
  readonly id: string
}

/**
 * Records of one kind, as plain JSON values. Synchronous: the store is a local file, and a caller never sees it half
 * changed. Values given back are frozen or fresh; changing one changes nothing in the store.
 */
export interface EntityStore<T extends Entity> {
  get(id: string): T | undefined
  /** Every record whose secondary key (a name) is `key`. */
  find(key: string): T | undefined
  /** Records whose id begins with `prefix`, at most `limit`. */
  withPrefix(prefix: string, limit: number): readonly T[]
  /** In order of insertion. */
  list(): readonly T[]
  /** `already-exists` when the id or the secondary key is taken. */
  insert(entity: T): void
  /** Replaces the record by what `change` returns; returns that. `not-found`. `id` must stay. */
  update(id: string, change: (current: T) => T): T
  /** Whether it was there. */
  delete(id: string): boolean
}

/** An address given to a container. `id` is `network/address`. */
export interface AddressLease extends Entity {
  readonly networkId: string
  readonly address: string
  readonly containerId: string
  /** 64 bits that order addresses of one network. */
  readonly createdAt: number
}

/** A published host port. `id` is `protocol/hostIp/port`, hostIp empty for all. */
export interface PortLease extends Entity {
  readonly containerId: string
}

/** A network is kept under its name. */
export interface StoredNetwork extends Entity {
  readonly record: NetworkRecord
}

export interface StoredVolume extends Entity {
  readonly record: VolumeRecord
  /** Set while it is made or removed, and left by whoever died at that: nobody else sees such a volume. */
  readonly phase?: 'making' | 'removing'
  /** Whether a container has ever mounted it. */
  readonly used?: boolean
  /** `begun`: content is being copied in, or whoever did died; `over`: it has content, nothing is copied in any more. */
  readonly copyUp?: 'begun' | 'over'
  /** Ids of the containers that have it mounted; kept for volumes that are themselves a mount. */
  readonly users?: readonly string[]
}

/** Secondary keys: containers and manifest lists by name; images, image names and artifacts have none. */
export interface EntityStores {
  readonly containers: EntityStore<ContainerRecord>
  readonly images: EntityStore<ImageRecord>
  readonly imageNames: EntityStore<ImageName>
  readonly manifestLists: EntityStore<ManifestListRecord>
  readonly artifacts: EntityStore<ArtifactRecord>
  /** `id` is the name, secondary key the network's id. */
  readonly networks: EntityStore<StoredNetwork>
  readonly volumes: EntityStore<StoredVolume>
  readonly addresses: EntityStore<AddressLease>
  readonly ports: EntityStore<PortLease>
}

/** A kernel lock; released by disposal or by the death of the process. */
export interface Lock extends AsyncDisposable {
  /** File that carries the lock (flock), when it is one: another program can wait on it. */
  readonly path: string | undefined
}

/** What the engine remembers. Shared by every process on the same root; survives all of them. */
export interface StateStore extends EntityStores {
  /** Runs `change` so that others see all of it or nothing. Must not be given an async function. */
  transaction<T>(change: (stores: EntityStores) => T): T
  /** Waits for the exclusive lock of that name, across processes and within this one. */
  lock(name: string, options?: CallOptions): Promise<Lock>
  /** Whether somebody holds the lock now. */
  isLocked(name: string): boolean
  close(): void
}
