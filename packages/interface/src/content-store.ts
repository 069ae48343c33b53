import type { Digest } from '@runcible/oci-spec'
import type { CallOptions } from './call-options.ts'

export interface BlobInfo {
  readonly digest: Digest
  /** Bytes. */
  readonly size: number
  /** When it became visible, milliseconds since the epoch. */
  readonly createdAt: number
}

export interface IngestRequest {
  /** Names the write so that an interrupted one can be resumed: the same `ref` continues where the bytes end. */
  readonly ref: string
  /** What the bytes must hash to. Absent when only known at the end (an import). */
  readonly digest?: Digest
  /** How many bytes there must be; one byte more fails the write at once. */
  readonly size?: number
}

/**
 * A blob being written. Life: `write` in order → `commit` or `abort`. Bytes are hashed while they stream;
 * nothing is visible in the store before `commit`. Disposing an uncommitted ingest keeps its bytes for a resume.
 */
export interface Ingest extends AsyncDisposable {
  /** Bytes already there, from an earlier interrupted ingest of the same `ref`. */
  readonly offset: number
  /** One at a time. The chunk may be changed once the call has resolved. */
  write(chunk: Uint8Array): Promise<void>
  /** Verifies digest and size (`corrupt` when they differ, and the bytes are dropped), then makes the blob visible atomically. */
  commit(): Promise<BlobInfo>
  /** Drops the bytes. */
  abort(): Promise<void>
}

/**
 * Content-addressed blobs. A blob that is visible is whole and verified.
 * Several processes may work on one store; two ingests of one `ref` exclude each other (the second waits).
 */
export interface ContentStore {
  /** The bytes from `offset` on. `not-found` when absent. */
  reader(digest: Digest, options?: CallOptions & { readonly offset?: number }): AsyncIterable<Uint8Array>
  /** `undefined` when absent. */
  info(digest: Digest): Promise<BlobInfo | undefined>
  /** Begins or resumes a write. Returns `undefined` when the digest is already there. */
  ingest(request: IngestRequest, options?: CallOptions): Promise<Ingest | undefined>
  list(): AsyncIterable<BlobInfo>
  /** No error when absent. */
  delete(digest: Digest): Promise<void>
  /** Interrupted writes whose bytes wait for a resume. */
  ingests?(): AsyncIterable<{ readonly ref: string; readonly size: number; readonly modifiedAt: number }>
  /** Drops what interrupted writes left, if last touched before `olderThan` (milliseconds since the epoch). Those under way stay. */
  cleanIngests?(olderThan: number): Promise<number>
  /** Absolute path of the blob when the store keeps it as a plain local file: lets a differ read it without copies. */
  localPath?(digest: Digest): string | undefined
}
