import type { Descriptor, Digest, ImageConfig, ImageRunConfig, Platform } from '@runcible/oci-spec'
import type { Mount } from './mount.ts'

/** What the store keeps of an image. One record per image id; names are kept apart, in `ImageName`. */
export interface ImageRecord {
  /** Image id: hex of the config's digest, 64 characters, without the algorithm. */
  readonly id: string
  readonly manifest: Descriptor
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
  readonly diffIds: readonly Digest[]
  /** Chain id of the top layer: the parent snapshot of a container. Absent for an image without layers. */
  readonly chainId?: Digest
  readonly platform: Platform
  /** Bytes of all unpacked layer tars. */
  readonly size: number
  /** Bytes of each unpacked layer tar. */
  readonly layerSizes?: readonly number[]
  /** The config's `created`, milliseconds since the epoch; 0 when it has none. */
  readonly createdAt: number
  /** When it came into this store, milliseconds since the epoch. */
  readonly pulledAt: number
  readonly labels: Readonly<Record<string, string>>
  /** Every name it ever had here, the newest first. */
  readonly nameHistory?: readonly string[]
}

/** A name that points at an image. */
export interface ImageName {
  /** Normalised reference, `registry/repository:tag` or `registry/repository@digest`; the key. */
  readonly id: string
  readonly imageId: string
  /** Digest that the registry knows this name's manifest or index by. */
  readonly digest: Digest
}

export interface Image extends ImageRecord {
  /** Every `repository:tag` that points here. */
  readonly names: readonly string[]
  /** Every `repository@digest` that is known to give this image. */
  readonly digests: readonly string[]
}

/** An image as lists show it. */
export interface ImageSummary extends Image {
  /** Id of the image here that it was made from: that one's layers and history, and one step more. */
  readonly parent: string | undefined
  /** Nameless, and another image here was made from it. */
  readonly intermediate: boolean
  /** A manifest list made here, which has no layers of its own. */
  readonly isManifestList?: boolean
}

/** One step of an image's history. */
export interface ImageHistoryStep {
  /** Id of the image here that ends with this step. */
  readonly id: string | undefined
  /** Names of that image. */
  readonly tags: readonly string[]
  /** RFC 3339, as the image says; absent when it says nothing. */
  readonly created?: string
  readonly createdBy: string
  readonly author?: string
  readonly comment: string
  /** Bytes of the layer that it added. */
  readonly size: number
}

/** An image whose content is mounted where everybody can look at it. */
export interface MountedImage {
  readonly image: Image
  /** Directory on the host; read-only. */
  readonly path: string
}

/** One layer of an image in a tree of layers. */
export interface ImageTreeNode {
  /** Chain id as hex; the container's id for what a container wrote. */
  readonly id: string
  /** Bytes. */
  readonly size: number
  /** Names of the images whose topmost layer it is. */
  readonly tags: readonly string[]
  /** Layers above it. */
  readonly children: readonly ImageTreeNode[]
}

export interface ImageTree {
  readonly image: Image
  /** Its layers, the lowest first; or, of what requires it, its topmost layer alone with all that is above. */
  readonly layers: readonly ImageTreeNode[]
}

/** What is in the layers of an image, to be read until disposed. */
export interface ImageView extends AsyncDisposable {
  readonly image: Image
  /** Read-only; none for an image without layers. */
  readonly mounts: readonly Mount[]
  /** Of its manifest. */
  readonly annotations: Readonly<Record<string, string>>
}

/** An image together with its whole config, as a container is made from it. */
export interface ResolvedImage extends Image {
  /** The name it was asked by, normalised. */
  readonly name: string
  readonly imageConfig: ImageConfig
}

/** An image in full. */
export interface ImageDetails extends ResolvedImage {
  /** As in `ImageSummary`. */
  readonly parent: string | undefined
  /** Of its manifest. */
  readonly annotations: Readonly<Record<string, string>>
  /** Where its layers are, as read-only mounts. */
  readonly rootfs: readonly Mount[]
  /** Name of the snapshotter that keeps them. */
  readonly snapshotter: string
}

export type PullPolicy = 'always' | 'missing' | 'never' | 'newer'

export interface RegistryAuth {
  readonly username: string
  readonly password: string
}

export interface TransferRequest {
  readonly platform?: Platform
  /** Overrides what auth files say. */
  readonly auth?: RegistryAuth
  /** `false` allows plain http and unverified TLS for this transfer. */
  readonly tlsVerify?: boolean
  /** The only file to take credentials from, in place of the configured ones. */
  readonly authFile?: string
  /** A directory with `*.crt`, `*.cert` and `*.key` for this transfer, in place of the configured ones. */
  readonly certificateDir?: string
  /** How often a failed request is repeated. */
  readonly retries?: number
  /** Milliseconds before each repetition, in place of growing pauses. */
  readonly retryDelay?: number
  /** Uses no credentials at all. */
  readonly anonymous?: boolean
  /** A bearer token to send to the registry as it is, in place of credentials. */
  readonly registryToken?: string
  /** Where the blobs of `oci:` layouts are, as `ALGORITHM/HEX`, in place of the layouts' own. */
  readonly sharedBlobDirectory?: string
  /** Directory for temporary copies of archives and layers, in place of the configured one. */
  readonly temporaryDirectory?: string
  /** Stands before the name of this program in requests to registries. */
  readonly userAgentPrefix?: string
  /** Address of a Docker daemon for `docker-daemon:`, `unix://PATH`, `http://`, `https://` or `tcp://`; by default `DOCKER_HOST`. */
  readonly daemonHost?: string
  /** A policy.json for this transfer, in place of the configured one; `false` checks no signatures. */
  readonly signaturePolicy?: string | false
  /** A registries.d for this transfer, in place of the configured one: where signatures are. */
  readonly registriesDirectory?: string
}

/** How layers are compressed: containers-registries and skopeo's words. Levels are those of the format. */
export interface Compression {
  readonly format: 'gzip' | 'zstd' | 'none'
  readonly level?: number
  /** Layers that are compressed in another way are packed anew too; otherwise only plain ones are. */
  readonly force?: boolean
}

/** Makes a signature of what is copied. Files are paths; of a passphrase file the first line counts. */
export type SignRequest =
  | { readonly kind: 'simple'; readonly fingerprint: string; readonly passphraseFile?: string }
  | {
      readonly kind: 'sigstore'
      readonly privateKeyFile: string
      readonly passphraseFile?: string
      /** In place of a file; without both it is empty. */
      readonly passphrase?: string
    }

export interface PushRequest extends TransferRequest {
  /** Converts the manifest; otherwise it goes as it is where the destination can hold it. */
  readonly format?: 'oci' | 'docker'
  readonly compression?: Compression
  readonly removeSignatures?: boolean
  readonly sign?: readonly SignRequest[]
}

/** How one image, or all of an index, goes from one place to another; see containers-transports(5) for the names. */
export interface CopyRequest {
  readonly source?: TransferRequest
  readonly destination?: Omit<TransferRequest, 'platform' | 'signaturePolicy'>
  /** `system`: the source's `platform`, or this host's. `all`: the whole index. `index-only`: the index without its images. */
  readonly images?: 'system' | 'all' | 'index-only'
  /** Fails rather than changing a digest. */
  readonly preserveDigests?: boolean
  readonly format?: 'oci' | 'docker'
  readonly compression?: Compression
  readonly removeSignatures?: boolean
  readonly sign?: readonly SignRequest[]
  /** The name that signatures are made for, in place of the destination's. */
  readonly signIdentity?: string
  /** Further names for the image: `docker-archive:` alone keeps several. */
  readonly tags?: readonly string[]
  /** Blobs that are moved at a time. */
  readonly parallel?: number
}

/** What a copy put at its destination. */
export interface CopiedImage {
  /** Of the manifest or index that the name stands for. */
  readonly digest: Digest
  readonly mediaType: string
}

export interface SaveRequest {
  /** By default `docker-archive`, which alone holds several images or names. */
  readonly format?: 'docker-archive' | 'oci-archive' | 'oci-dir' | 'docker-dir'
  /** Each name is an image to save; otherwise the first is, and the others are further names for it. */
  readonly multi?: boolean
  /** Packs plain layers with gzip: for `docker-dir`. */
  readonly compress?: boolean
  /** Keeps plain layers as they are: for `oci-archive` and `oci-dir`, which else pack them with gzip. */
  readonly uncompressed?: boolean
}

/** Where an archive goes: a new file (or directory), or someone who takes its bytes. */
export type SaveOutput = { readonly path: string } | { readonly write: (chunk: Uint8Array) => Promise<void> }

export interface LoadedImage {
  readonly id: string
  /** Normalised; absent for an image that was saved without a name. An image of several names is listed for each. */
  readonly name: string | undefined
}

export interface RemovedImage {
  readonly untagged: readonly string[]
  /** Ids of deleted images. */
  readonly deleted: readonly string[]
}

export interface ImportRequest {
  readonly name?: string
  readonly message?: string
  /** Instructions of a Containerfile that set parts of the config: `CMD`, `ENTRYPOINT`, `ENV`, `EXPOSE`, `LABEL`, `ONBUILD`, `STOPSIGNAL`, `USER`, `VOLUME`, `WORKDIR`. */
  readonly changes?: readonly string[]
  readonly platform?: Platform
}

/** What a user says about an image made of a container. */
export interface CommitRequest {
  readonly name?: string
  readonly author?: string
  /** Comment of the image; OCI images have none, so it needs the format `docker`. */
  readonly message?: string
  /** As in `ImportRequest`. */
  readonly changes?: readonly string[]
  /** By default `oci`. */
  readonly format?: 'oci' | 'docker'
  /** All layers as one. */
  readonly squash?: boolean
  /** Takes the place of single values of the container's configuration, before `changes`. */
  readonly config?: ImageRunConfig
}

/** A commit as an image store does it. */
export interface CommitImageRequest extends CommitRequest {
  /** Id of the image below. */
  readonly base: string
  /** Name of that image, for the history. */
  readonly baseName: string
  /** The container's root file system, at rest or not; it is not written to. */
  readonly upper: readonly Mount[]
  /** The run part of the new config, before `changes`. */
  readonly run: ImageRunConfig
  /** 64 hex characters; Docker's format tells it. */
  readonly containerId: string
}
