import type { CopyRequest, ProgressOptions, PushProgress } from '@runcible/interface'
import type { Digest, Platform } from '@runcible/oci-spec'
import type { FetchedManifest } from './registry/manifests.ts'
import type { semaphore } from './semaphore.ts'
import type { ImageSink } from './transport/image-sink.ts'
import type { ImageSource } from './transport/image-source.ts'
import type { ImageSignature } from './trust/signature.ts'

export interface CopyOptions extends ProgressOptions<PushProgress> {
  /** What `images: 'system'` chooses from an index; by default that of this host. */
  readonly platform?: Platform
  /** Blobs that are moved at a time; by default 3. */
  readonly parallel?: number
  /** Bytes of one request of an upload; by default a blob goes in one request up to 1 GiB. */
  readonly chunkSize?: number
  /** Directory for layers that are packed anew; by default `/var/tmp`. */
  readonly tmp?: string
  /** Another repository of the destination's registry that should have a blob. */
  readonly mountFrom?: (digest: Digest) => string | undefined
  /** Asked before anything of an image is written: throws when it may not be taken. */
  readonly check?: (manifest: FetchedManifest, within: FetchedManifest | undefined) => Promise<void>
  /** New signatures for what is written under the name. */
  readonly sign?: (manifest: FetchedManifest) => Promise<readonly ImageSignature[]>
}

export type CopyWish = Pick<CopyRequest, 'images' | 'preserveDigests' | 'format' | 'compression' | 'removeSignatures'>

/** One copy under way. */
export interface CopyJob {
  readonly source: ImageSource
  readonly sink: ImageSink
  readonly wish: CopyWish
  readonly options: CopyOptions & { readonly signal: AbortSignal }
  readonly failed: AbortController
  readonly inTurn: ReturnType<typeof semaphore>
}
