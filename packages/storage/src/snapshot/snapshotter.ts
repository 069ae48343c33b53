import { EngineError, type CallOptions, type Mount, type PrepareOptions, type Snapshotter } from '@runcible/interface'
import type { Linux } from '@runcible/linux'
import { throwIfAborted, toEngineError } from '../errors.ts'
import { snapshotMetadata } from './metadata.ts'
import { snapshotInfo, type LayerForm, type Snapshot } from './snapshot-record.ts'
import { diskUsage, filesIn } from './usage.ts'

/** A snapshotter whose removals can be interrupted and finished later. */
export interface LocalSnapshotter extends Snapshotter {
  /** Deletes what removals and interrupted calls left. Returns how many directories went. */
  cleanTrash(): Promise<number>
}

/** What tells one kind of local snapshotter from another. */
export interface SnapshotKindDriver {
  readonly name: string
  readonly form: LayerForm
  /** Kept in the records of new active snapshots. */
  readonly metacopy?: boolean
  /** Fills the directory of a new layer. */
  make(
    directory: string,
    snapshot: Snapshot,
    layerOf: (id: string) => string,
    options: CallOptions
  ): void | Promise<void>
  mounts(snapshot: Snapshot, layerOf: (id: string) => string): readonly Mount[]
}

/** The contract over plain directories and record files. */
export const localSnapshotter = (
  root: string,
  linux: Pick<Linux, 'lock' | 'fs'>,
  driver: SnapshotKindDriver
): LocalSnapshotter => {
  const metadata = snapshotMetadata(root, linux, driver.form)
  const { layer } = metadata
  const create = async (kind: 'active' | 'view', key: string, parent: string | undefined, options: PrepareOptions) => {
    throwIfAborted(options.signal, `preparing snapshot ${key}`)
    try {
      const snapshot = await metadata.create(
        {
          key,
          parent,
          kind,
          ephemeral: options.ephemeral ?? false,
          metacopy: kind === 'active' && driver.metacopy === true
        },
        (directory, made) => driver.make(directory, made, layer, options)
      )
      return driver.mounts(snapshot, layer)
    } catch (error) {
      throw toEngineError(error, `preparing snapshot ${key}`)
    }
  }
  return {
    name: driver.name,
    prepare: (key, parent, options = {}) => create('active', key, parent, options),
    view: (key, parent, options = {}) => create('view', key, parent, options),
    commit: async (name, key) => metadata.commit(name, key),
    mounts: async (key) => {
      metadata.checkForm()
      const snapshot = metadata.get(key)
      if (snapshot.kind !== 'committed') return driver.mounts(snapshot, layer)
      throw new EngineError('failed-precondition', `snapshot ${key} is committed: it has no mounts of its own`, {
        hint: 'make a view of it'
      })
    },
    remove: (key) =>
      metadata.remove(key).catch((error: unknown) => {
        throw toEngineError(error, `removing snapshot ${key}`)
      }),
    stat: async (key) => {
      const snapshot = metadata.find(key)
      return snapshot && snapshotInfo(snapshot, metadata.isUnverified(snapshot))
    },
    usage: async (key, { signal } = {}) => diskUsage(filesIn(layer(metadata.get(key).id)), signal),
    async *list() {
      for (const snapshot of metadata.list()) yield snapshotInfo(snapshot, metadata.isUnverified(snapshot))
    },
    replace: (name, key) =>
      metadata.replace(name, key).catch((error: unknown) => {
        throw toEngineError(error, `replacing snapshot ${name}`)
      }),
    trust: async (name) => metadata.trust(name),
    broken: async () => metadata.broken(),
    dropBroken: async (name) => metadata.dropBroken(name),
    cleanTrash: () => metadata.cleanTrash()
  }
}
