import type { Components } from '@runcible/interface'
import type { Platform } from '@runcible/oci-spec'
import type { RetryPolicy } from './registry/retry.ts'
import type { SignaturePolicy } from './trust/signature-policy.ts'
import type { SignatureStore } from './trust/signature-store.ts'

/** A rule of registries.conf for a registry or a part of it. */
export interface RegistryRule {
  /** `host[:port]`, `host[:port]/namespace…`, or `*.host`. */
  readonly prefix: string
  /** What `prefix` is replaced with; the same or empty when nothing is. */
  readonly location: string
  readonly insecure: boolean
  readonly blocked: boolean
  /** Tried first, in this order. */
  readonly mirrors: readonly {
    readonly location: string
    readonly insecure: boolean
    readonly pullFrom: 'all' | 'digest-only' | 'tag-only'
  }[]
}

/** How to reach registries. Plain values, as `@runcible/config` reads them from registries.conf and flags. */
export interface RegistriesInit {
  /** Registries that a short name is looked for in, in order; by default Docker Hub alone. */
  readonly search?: readonly string[]
  /** Short name → name with registry, both without tag. */
  readonly aliases?: Readonly<Record<string, string>>
  /** The rule for an image name (`registry/repository:tag` or `…@digest`), if there is one. */
  readonly rule?: (name: string) => RegistryRule | undefined
  /** Registries (host and port) that may be plain http or have any certificate. */
  readonly insecure?: readonly string[] | ((registry: string) => boolean)
  /** Registry → hosts outside its domain whose token servers may get its credentials. */
  readonly trustedTokenHosts?: Readonly<Record<string, readonly string[]>>
  /** Directories with `HOST[:PORT]/*.crt`, and `*.cert` with `*.key` beside it. */
  readonly certificateDirs?: readonly string[]
  /**
   * Where credentials are looked for, in order: the auth files (`containers-auth.json`), or the helper
   * `docker-credential-NAME`. By default the auth files alone.
   */
  readonly credentialHelpers?: readonly string[]
  /** Whether a short name without an alias may mean one of several registries; by default `permissive`. */
  readonly shortNameMode?: ShortNameMode
  /** Makes an alias of a person's answer; without it the answer is for once. */
  readonly rememberAlias?: (name: string, meaning: string) => void
}

export interface OciImageStoreInit {
  readonly registries?: RegistriesInit
  /** Podman's `auth.json` and Docker's `config.json`, in the order to look; read only when a registry asks. */
  readonly authFiles?: readonly string[]
  /** What to choose from an index; by default that of this host. */
  readonly platform?: Platform
  readonly retry?: Partial<RetryPolicy>
  /** Blobs that one pull or push transfers at a time; by default 3. */
  readonly parallelDownloads?: number
  /** Bytes of one request of an upload; by default a blob goes in one request up to 1 GiB. */
  readonly uploadChunkSize?: number
  readonly userAgent?: string
  /** Directory for copies of archives that cannot be read in place, and of layers that are packed anew; by default `/var/tmp`. */
  readonly tmp?: string
  /** Which images may be taken; without it all of them. */
  readonly signaturePolicy?: SignaturePolicy
  /** Where signatures of images at registries are kept; without it nowhere. */
  readonly signatures?: SignatureStore
}

/** What the store works with. */
export type ImageComponents = Pick<Components, 'content' | 'snapshotter' | 'differ' | 'state'> &
  Partial<Pick<Components, 'events'>>

/** Settings and components together: what each operation takes its part of. */
export interface StoreContext extends ImageComponents {
  readonly init: OciImageStoreInit
}

/** What short names may stand for. A function: configuration is not read for names that say their registry. */
export const shortNames = (init: OciImageStoreInit) => (): ShortNames => ({
  search: init.registries?.search ?? ['docker.io'],
  aliases: init.registries?.aliases ?? {},
  mode: init.registries?.shortNameMode ?? 'permissive'
})

/**
 * `disabled` and `permissive`: every registry that is searched is tried. `enforcing`: a short name must have an alias, or
 * there must be one registry to search, unless the user says which one is meant. containers-registries.conf(5).
 */
export type ShortNameMode = 'enforcing' | 'permissive' | 'disabled'

export interface ShortNames {
  readonly search: readonly string[]
  readonly aliases?: Readonly<Record<string, string>>
  readonly mode?: ShortNameMode
}
