import type { CallOptions } from '@runcible/interface'
import type { Descriptor, Digest } from '@runcible/oci-spec'
import type { QualifiedReference } from '../reference.ts'
import type { DownloadRequest } from '../registry/download.ts'
import type { FetchedManifest } from '../registry/manifests.ts'
import type { ImageSignature } from '../trust/signature.ts'

/** Where an image can be. Names as users write them before the colon: containers-transports(5). */
export type TransportName =
  | 'docker'
  | 'docker-daemon'
  | 'oci'
  | 'oci-archive'
  | 'docker-archive'
  | 'dir'
  | 'containers-storage'

export interface BlobRange {
  readonly offset?: number
  /** Bytes at most. */
  readonly length?: number
  /** `false` when the reader checks the digest itself; by default the source does. */
  readonly verify?: boolean
}

/**
 * Where one image, or one index with its images, is read from. Nothing is opened or connected before the first call.
 * Every answer is verified: bytes that do not have the digest asked for are `corrupt`.
 */
export interface ImageSource extends AsyncDisposable {
  readonly transport: TransportName
  /** As a user writes it, without credentials: `docker://quay.io/a/b:1`, `oci:/path:tag`. */
  readonly name: string
  /** The name the image is known by, where the place keeps one: what a store records it under and a policy looks for. */
  readonly reference: QualifiedReference | undefined
  /** The manifest or index that the source names, or one of its parts by digest. */
  manifest(digest?: Digest, options?: CallOptions): Promise<FetchedManifest>
  /** The bytes of a blob from `offset` on, at most `length` of them. Verified when read from the start to the end. */
  blob(descriptor: Descriptor, options?: CallOptions & BlobRange): AsyncIterable<Uint8Array>
  /** Brings a blob into a content store, which verifies it. True when bytes had to be moved. */
  download(request: DownloadRequest, options?: CallOptions): Promise<boolean>
  /** Signatures of a manifest or index: those kept beside it and in the places configured for them. Unverified. */
  signatures(digest: Digest, options?: CallOptions): Promise<readonly ImageSignature[]>
}
