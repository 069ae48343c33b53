import type { Digest, Index } from '@runcible/oci-spec'
import type { CallOptions, ProgressOptions } from './call-options.ts'
import type { PushRequest, TransferRequest } from './image.ts'
import type { PushProgress } from './progress.ts'
import type { Entity } from './state-store.ts'

/** Where an entry of a list comes from, and is read from when the list is pushed. */
export interface ManifestListMember {
  readonly digest: Digest
  /** A name with its transport; absent for what is in this store. */
  readonly source?: string
  /** What the entry refers to that is in this store: kept as long as the list has the entry. */
  readonly blobs: readonly Digest[]
}

/** What the store keeps of a manifest list. Secondary key: the name. */
export interface ManifestListRecord extends Entity {
  /** 64 hex characters, random: it stays while the list changes. */
  readonly id: string
  /** Normalised reference with a tag. */
  readonly name: string
  readonly index: Index
  readonly members: readonly ManifestListMember[]
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** A list of images of one name for several platforms, made here, as it is now. */
export interface ManifestList {
  readonly id: string
  readonly name: string
  /** Its `mediaType` is set: OCI's, but Docker's when it is empty or says what only that has a place for. */
  readonly index: Index
  /** The document that a push sends when nothing has to be converted. */
  readonly bytes: Uint8Array
  readonly digest: Digest
  readonly createdAt: number
}

/** What is said about an entry, in place of what its image says. Annotations are added to those that are there. */
export interface ManifestListEntry {
  readonly os?: string
  readonly architecture?: string
  readonly variant?: string
  readonly osVersion?: string
  readonly osFeatures?: readonly string[]
  /** Features of the processor; Docker's manifest lists alone. */
  readonly features?: readonly string[]
  readonly annotations?: Readonly<Record<string, string>>
}

export interface CreateListRequest extends Pick<TransferRequest, 'tlsVerify'> {
  readonly images?: readonly string[]
  /** Every entry of an image that is itself an index, in place of the one for this host. */
  readonly all?: boolean
  /** Goes on with a list that has the name already. */
  readonly amend?: boolean
  readonly annotations?: Readonly<Record<string, string>>
}

export interface AddToListRequest extends Omit<TransferRequest, 'platform' | 'signaturePolicy'> {
  readonly all?: boolean
  readonly entry?: ManifestListEntry
}

/** Files as an artifact of their own in a list. */
export interface AddArtifactToListRequest {
  readonly files: readonly string[]
  /** By default `application/vnd.unknown.artifact.v1`. */
  readonly type?: string
  /** A file's path, or the text itself. */
  readonly config?: { readonly path: string } | { readonly text: string }
  readonly configType?: string
  /** Of all files; otherwise found from their first bytes. */
  readonly layerType?: string
  /** Leaves the names of the files out. */
  readonly withoutTitles?: boolean
  /** An image that the artifact is about. */
  readonly subject?: string
  readonly entry?: ManifestListEntry
}

export interface AnnotateListRequest {
  /** Digest of an entry, or a name that gives one; absent for the list itself. */
  readonly target?: string
  /** For the list itself only its annotations count. */
  readonly entry?: ManifestListEntry
  /** An image that the list is about. */
  readonly subject?: string
}

export interface PushListRequest extends Omit<PushRequest, 'platform' | 'signaturePolicy'> {
  /** `false` sends the list without its images, which have to be at the destination. */
  readonly all?: boolean
  /** Also each image with its layers packed so, as further entries. */
  readonly addCompression?: readonly ('gzip' | 'zstd')[]
}

/** A manifest list or an image manifest as it is where it was found. */
export interface InspectedManifest {
  readonly bytes: Uint8Array
  readonly mediaType: string
  readonly digest: Digest
}

/**
 * Manifest lists of this store: named, and changed step by step before they are pushed. `name` is the name of a list, its
 * id, or the beginning of that. An image to add is one of this store, or else one of a registry (`docker://NAME`).
 */
export interface ManifestLists {
  /** `already-exists` when the name is taken by a list (unless `amend`) or an image. Nothing is made when an image cannot be added. */
  create(name: string, request?: CreateListRequest, options?: CallOptions): Promise<ManifestList>
  /** Adds an entry, or changes the one of the same digest. */
  add(name: string, image: string, request?: AddToListRequest, options?: CallOptions): Promise<ManifestList>
  addArtifact(name: string, request: AddArtifactToListRequest, options?: CallOptions): Promise<ManifestList>
  annotate(name: string, request: AnnotateListRequest, options?: CallOptions): Promise<ManifestList>
  /** A list of this store, or else the index (or manifest) that a registry or another place has under that name. */
  inspect(name: string, request?: TransferRequest, options?: CallOptions): Promise<InspectedManifest>
  /** `not-found`; `invalid-argument` for an image that is no list. */
  get(name: string): Promise<ManifestList>
  list(): Promise<readonly ManifestList[]>
  /** Takes an entry from the list. */
  removeEntry(name: string, digest: string): Promise<ManifestList>
  /** Removes the list; images of it that are here stay. */
  remove(name: string, options?: CallOptions): Promise<ManifestList>
  /** `destination` defaults to the list's own name at its registry. Returns the digest of the list there. */
  push(
    name: string,
    destination?: string,
    request?: PushListRequest,
    options?: ProgressOptions<PushProgress>
  ): Promise<Digest>
}
