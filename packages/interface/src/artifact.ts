import type { Descriptor, Digest, Manifest } from '@runcible/oci-spec'
import type { CallOptions, ProgressOptions } from './call-options.ts'
import type { PushRequest, TransferRequest } from './image.ts'
import type { PullProgress, PushProgress } from './progress.ts'
import type { Entity } from './state-store.ts'

/** What the store keeps of an artifact; `id` is its name, a normalised reference with a tag or digest. */
export interface ArtifactRecord extends Entity {
  readonly manifest: Descriptor
  readonly blobs: readonly Digest[]
  /** When it came into this store, milliseconds since the epoch. */
  readonly createdAt: number
}

/** Files under a name, with a type. OCI image specification 1.1, "Guidelines for Artifact Usage". */
export interface Artifact {
  readonly name: string
  readonly digest: Digest
  readonly manifest: Manifest
  /** Bytes of its manifest, as the digest counts them. */
  readonly bytes: Uint8Array
  /** Bytes of all files. */
  readonly size: number
  /** As its annotation `org.opencontainers.image.created` says, or when it came here; milliseconds since the epoch. */
  readonly createdAt: number
}

export interface AddArtifactRequest {
  /** Paths of regular files. */
  readonly files: readonly string[]
  /** By default `application/vnd.unknown.artifact.v1`. */
  readonly type?: string
  /** Media type of all files; otherwise found from their first bytes. */
  readonly fileType?: string
  /** Of each file added. */
  readonly annotations?: Readonly<Record<string, string>>
  /** Adds to the artifact of that name. */
  readonly append?: boolean
  /** Takes the place of an artifact of that name. */
  readonly replace?: boolean
  /** A manifest or image, at a registry or here, that the artifact is about. */
  readonly subject?: string
}

/** Which file of an artifact; all of them when nothing is said. */
export interface ArtifactFileChoice {
  readonly title?: string
  readonly digest?: string
}

export interface ReferrersRequest extends Omit<TransferRequest, 'platform' | 'signaturePolicy'> {
  readonly artifactType?: string
}

/** What refers to an image at its registry. */
export interface Referrers {
  /** `docker://` name of the repository. */
  readonly repository: string
  /** The image's manifest or index. */
  readonly subject: Digest
  readonly referrers: readonly Descriptor[]
}

/** Artifacts of this store. `name` is a name, or the digest or the beginning of it. */
export interface Artifacts {
  /** `already-exists` unless `append` or `replace`. */
  add(name: string, request: AddArtifactRequest, options?: CallOptions): Promise<Artifact>
  /** `unsupported` for a container image. */
  pull(name: string, request?: TransferRequest, options?: ProgressOptions<PullProgress>): Promise<Artifact>
  /** With a subject, it can be found by `referrers` afterwards, also at a registry without that API. */
  push(
    name: string,
    destination?: string,
    request?: Omit<PushRequest, 'platform' | 'format' | 'compression'>,
    options?: ProgressOptions<PushProgress>
  ): Promise<Digest>
  list(): Promise<readonly Artifact[]>
  get(name: string): Promise<Artifact>
  remove(name: string, options?: CallOptions): Promise<Artifact>
  /** The bytes of one file; `file` is one of the manifest's layers. */
  read(name: string, file: Digest, options?: CallOptions): AsyncIterable<Uint8Array>
  /** Artifacts that are about an image or another manifest, asked at its registry. */
  referrers(name: string, request?: ReferrersRequest, options?: CallOptions): Promise<Referrers>
}
