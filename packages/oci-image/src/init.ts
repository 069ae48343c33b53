import type { Components } from '@runcible/interface'
import type { Platform } from '@runcible/oci-spec'
import type { RetryPolicy } from './registry/retry.ts'

/** How to reach registries. Plain values, as `@runcible/config` reads them from registries.conf and flags. */
export interface RegistriesInit {
  /** Registries that a short name is looked for in, in order; by default Docker Hub alone. */
  readonly search?: readonly string[]
  /** Registries (host and port) that may be plain http or have any certificate. */
  readonly insecure?: readonly string[] | ((registry: string) => boolean)
  /** Registry → hosts outside its domain whose token servers may get its credentials. */
  readonly trustedTokenHosts?: Readonly<Record<string, readonly string[]>>
  /** Directories with `HOST[:PORT]/*.crt`. */
  readonly certificateDirs?: readonly string[]
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
}

/** What the store works with. */
export type ImageComponents = Pick<Components, 'content' | 'snapshotter' | 'differ' | 'state'> & Partial<Pick<Components, 'events'>>

/** Settings and components together: what each operation takes its part of. */
export interface StoreContext extends ImageComponents {
  readonly init: OciImageStoreInit
}

export const searchRegistries = (init: OciImageStoreInit): readonly string[] => init.registries?.search ?? ['docker.io']
