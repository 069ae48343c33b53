import type { Descriptor, Digest } from '@runcible/oci-spec'
import type { CallOptions, ProgressOptions } from './call-options.ts'
import type { Mount } from './mount.ts'

export interface AppliedLayer {
  /** Digest of the uncompressed tar stream. */
  readonly diffId: Digest
  /** Bytes of the uncompressed tar stream. */
  readonly size: number
}

export interface CompareRequest {
  /** Mounts of the state before; empty for "everything is new". */
  readonly lower: readonly Mount[]
  /** Mounts of the state after. */
  readonly upper: readonly Mount[]
  /**
   * Everything of `upper` as an archive rather than as a layer: `lower` is empty, and names that would mean something
   * else in a layer (`.wh.…`) are kept.
   */
  readonly archive?: boolean
}

/** One difference between two states. */
export interface FileChange {
  readonly kind: 'added' | 'changed' | 'deleted'
  /** From the root, with a leading slash. Bytes that are not UTF-8 show as U+FFFD. */
  readonly path: string
}

/** Layers: tar stream ↔ mounted directory. */
export interface Differ {
  /**
   * Unpacks the blob `layer` (any compression that its media type or first bytes name) onto `mounts`, applying
   * whiteouts. Nothing is ever written outside the mounts. When `diffId` is given and the stream differs: `corrupt`.
   * A layer that breaks the rules (escaping names, bombs, broken archives) fails with `corrupt` or `invalid-argument`.
   */
  apply(
    layer: Descriptor,
    mounts: readonly Mount[],
    options?: ProgressOptions<{ readonly bytes: number }> & { readonly diffId?: Digest }
  ): Promise<AppliedLayer>
  /** The difference as an uncompressed OCI layer tar, with whiteouts, entries in a stable order. */
  compare(request: CompareRequest, options?: ProgressOptions<{ readonly bytes: number }>): AsyncIterable<Uint8Array>
  /**
   * The difference as a list: a directory before what is in it, names in the order of their bytes. What is below a
   * directory that is gone, or that became something else, is not listed.
   */
  changes(request: Omit<CompareRequest, 'archive'>, options?: CallOptions): AsyncIterable<FileChange>
}
