import type { Descriptor, Digest, ImageConfig, Platform } from '@runcible/oci-spec'

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
  /** The config's `created`, milliseconds since the epoch; 0 when it has none. */
  readonly createdAt: number
  /** When it came into this store, milliseconds since the epoch. */
  readonly pulledAt: number
  readonly labels: Readonly<Record<string, string>>
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

/** An image together with its whole config, as a container is made from it. */
export interface ResolvedImage extends Image {
  /** The name it was asked by, normalised. */
  readonly name: string
  readonly imageConfig: ImageConfig
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
}

export interface RemovedImage {
  readonly untagged: readonly string[]
  /** Ids of deleted images. */
  readonly deleted: readonly string[]
}

export interface ImportRequest {
  readonly name?: string
  readonly message?: string
  /** Parts of the config to set: `CMD`, `ENTRYPOINT`, `ENV`, `EXPOSE`, `LABEL`, `STOPSIGNAL`, `USER`, `VOLUME`, `WORKDIR` as in `--change`. */
  readonly changes?: readonly string[]
  readonly platform?: Platform
}
