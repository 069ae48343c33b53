import type { CallOptions } from '@runcible/interface'
import type { Descriptor, Digest } from '@runcible/oci-spec'
import type { QualifiedReference } from '../reference.ts'
import type { FetchedManifest } from '../registry/manifests.ts'
import type { UploadRequest, UploadResult } from '../registry/upload.ts'
import type { ImageSignature } from '../trust/signature.ts'
import type { TransportName } from './image-source.ts'

/** What a place can hold. A copy converts only where the place cannot hold what the source has. */
export interface SinkAbilities {
  /** Indexes with several images. */
  readonly indexes: boolean
  /** Kinds of manifests: OCI, Docker schema 2, or both. */
  readonly manifests: readonly ('oci' | 'docker')[]
  /** Layers as they come, or unpacked tars alone. */
  readonly layers: 'any' | 'uncompressed'
  readonly signatures: boolean
}

/**
 * Where one image, or one index with its images, is written to. Life: blobs of each manifest → that manifest → … → the
 * top one → `commit`. Before `commit` nothing can be seen under the name; disposing an uncommitted sink leaves nothing
 * half-made (a registry keeps unnamed blobs, and drops them by its own rules).
 */
export interface ImageSink extends AsyncDisposable {
  readonly transport: TransportName
  /** As a user writes it, without credentials. */
  readonly name: string
  readonly reference: QualifiedReference | undefined
  readonly abilities: SinkAbilities
  hasBlob(descriptor: Descriptor, options?: CallOptions): Promise<boolean>
  /** Writes a blob unless it is there. The sink verifies digest and size. */
  putBlob(request: UploadRequest, options?: CallOptions): Promise<UploadResult>
  /**
   * Writes a layer unpacked whose size is not known before its end, and verifies that it has the digest. Returns its
   * size, 0 when it was there. Only where `abilities.layers` is `uncompressed`.
   */
  putUnpacked?(diffId: Digest, read: () => AsyncIterable<Uint8Array>, options?: CallOptions): Promise<number>
  /** `isTop`: the one that the name stands for; otherwise a part of an index, reachable by its digest. */
  putManifest(manifest: FetchedManifest, options: CallOptions & { readonly isTop: boolean }): Promise<void>
  /** `unsupported` where `abilities.signatures` is false. */
  putSignatures(digest: Digest, signatures: readonly ImageSignature[], options?: CallOptions): Promise<void>
  commit(options?: CallOptions): Promise<void>
}
