import type { CallOptions } from '../call-options.ts'
import type { RegistryAuth, TransferRequest } from '../image.ts'

/** How a registry is reached: a transfer without what is about one image. */
export type RegistryAccess = Omit<TransferRequest, 'platform' | 'signaturePolicy'>

/** The file that credentials are kept in. Without either: the user's own, containers-auth.json(5). */
export interface CredentialFiles {
  readonly authFile?: string
  /** A file in the form of Docker's `config.json`. */
  readonly compatAuthFile?: string
}

export interface LoginRequest extends CredentialFiles {
  /** Verified and then stored; without it the stored credentials are verified. */
  readonly auth?: RegistryAuth
  readonly certificateDir?: string
  readonly tlsVerify?: boolean
}

export interface StoredLogin {
  /** What the credentials are kept under: `host[:port]`, maybe with a path. */
  readonly place: string
  readonly registry: string
  /** File, or credential helper, that has them. */
  readonly keptIn: string
}

export interface SearchRequest extends RegistryAccess {
  /** Results of each registry at most; by default 25. */
  readonly limit?: number
}

/** A repository that was found, as registries describe it. */
export interface FoundRepository {
  readonly registry: string
  /** With the registry. */
  readonly name: string
  readonly description: string
  readonly stars: number
  readonly official: boolean
  readonly automated: boolean
}

export interface TagList {
  /** `registry/repository`; absent for an archive, whose tags are whole names. */
  readonly repository?: string
  readonly tags: readonly string[]
}

/** An image that is not in the store. */
export interface RemoteImage {
  /** `registry/repository` of an image at a registry. */
  readonly repository: string | undefined
  /** Digest of `raw`. */
  readonly digest: string
  /** Manifest or index, byte for byte. */
  readonly raw: Uint8Array
  /** Manifest of the chosen platform's image, and its config; absent where only `raw` was asked for. */
  readonly manifest?: Uint8Array
  readonly config?: Uint8Array
  /** Tags of the repository, when asked for and told. */
  readonly tags: readonly string[]
}

export interface RemoteImageRequest extends TransferRequest {
  /** `raw`: nothing but the manifest or index. */
  readonly parts?: 'raw' | 'all'
  /** Whether the repository's tags are asked for too. */
  readonly tags?: boolean
}

/**
 * Registries, and images at other places than the store. `place` is `host[:port]`, maybe with a path: credentials can be
 * for one repository. Locations are those of containers-transports(5), such as `docker://NAME`.
 */
export interface Registries {
  /** `unauthorized` when the registry does not take the credentials; then nothing is stored. `not-found` without any. */
  login(place: string, request?: LoginRequest, options?: CallOptions): Promise<StoredLogin>
  /** Who is logged in, as the files say. */
  user(place: string, files?: CredentialFiles): Promise<string | undefined>
  /** `not-found` when nobody is logged in by this file. */
  logout(place: string, files?: CredentialFiles): Promise<void>
  /** Forgets all credentials of the file and of its helpers. */
  logoutAll(files?: CredentialFiles): Promise<void>
  /** `[registry/]term`; without a registry in each that short names are looked for in. */
  search(term: string, request?: SearchRequest, options?: CallOptions): Promise<readonly FoundRepository[]>
  /** Registries that short names are looked for in. */
  defaults(): readonly string[]
  /** Full names that a short one may mean, where a person should choose; empty where it is clear or all are to be tried. */
  choices(name: string): readonly string[]
  /** Keeps a choice: `name` means `choice` from now on, with any tag. */
  remember(name: string, choice: string): void
  /** Tags of a repository (a name, or `docker://NAME`), or names in a `docker-archive:`. */
  tags(location: string, request?: RegistryAccess, options?: CallOptions): Promise<TagList>
  inspect(location: string, request?: RemoteImageRequest, options?: CallOptions): Promise<RemoteImage>
  /**
   * Deletes the manifest at a registry with every tag of it; the name at a Docker daemon; the entry of a layout with the
   * blobs that only it needs. `unsupported` at other places.
   */
  remove(location: string, request?: RegistryAccess, options?: CallOptions): Promise<void>
}
