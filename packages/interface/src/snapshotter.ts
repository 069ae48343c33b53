import type { CallOptions } from './call-options.ts'
import type { Mount } from './mount.ts'

export type SnapshotKind = 'committed' | 'active' | 'view'

export interface SnapshotInfo {
  readonly key: string
  readonly parent: string | undefined
  readonly kind: SnapshotKind
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** Committed shortly before the machine stopped, and not looked at since: files may be missing or damaged. */
  readonly unverified?: boolean
}

export interface SnapshotUsage {
  /** Bytes on disk of this snapshot alone, without its parents. */
  readonly size: number
  readonly inodes: number
}

export interface PrepareOptions extends CallOptions {
  /** The snapshot need not survive a crash of the machine: it may skip writing its files to the disk. */
  readonly ephemeral?: boolean
}

/**
 * File-system layers. Life of one: `prepare(key, parent)` → mount and write → `commit(name, key)`, which makes it a
 * parent for others; or `remove`. Committed snapshots never change. Image layers are committed under their chain id,
 * container layers stay active under the container's id.
 */
export interface Snapshotter {
  /** Name of the driver, as stored and shown (`overlay`, `vfs` …). */
  readonly name: string
  /** A writable snapshot above `parent` (or an empty one). `already-exists` when the key is taken, `not-found` without the parent. */
  prepare(key: string, parent: string | undefined, options?: PrepareOptions): Promise<readonly Mount[]>
  /** A read-only snapshot above `parent`. */
  view(key: string, parent: string, options?: CallOptions): Promise<readonly Mount[]>
  /** Turns the active snapshot `key` into the committed one `name`. `already-exists` when another was faster: then `key` is still there. */
  commit(name: string, key: string, options?: CallOptions): Promise<void>
  /** The mounts of an active snapshot or view, again. Good for one mounting: whoever mounts it once more asks once more. */
  mounts(key: string): Promise<readonly Mount[]>
  /** `failed-precondition` while children exist. No error when absent. */
  remove(key: string): Promise<void>
  stat(key: string): Promise<SnapshotInfo | undefined>
  usage(key: string, options?: CallOptions): Promise<SnapshotUsage>
  list(): AsyncIterable<SnapshotInfo>
  /**
   * Puts the content of the active snapshot `key` in the place of the committed `name`'s, or of one that lost its record
   * while others stand on it; `key` is gone then. Both stand on the same parent. `in-use` while its files are mounted.
   */
  replace?(name: string, key: string): Promise<void>
  /** The committed snapshot `name` was looked at and is whole: it is not `unverified` any more. */
  trust?(name: string): Promise<void>
  /** Records that cannot be read, which `list` passes over. */
  broken?(): Promise<readonly Pick<SnapshotInfo, 'key' | 'kind'>[]>
  /** Gives up the unreadable record of a committed snapshot; what stands on it keeps its files. */
  dropBroken?(name: string): Promise<void>
  /** Deletes what removals and interrupted calls left, where a snapshotter leaves any. Returns how many things went. */
  cleanTrash?(): Promise<number>
}
