import type { CallOptions } from '../call-options.ts'
import type { DiskUsage } from '../disk-usage.ts'
import type { StoreCheckRequest, StoreFinding } from '../store-check.ts'

export interface VersionInfo {
  readonly version: string
  readonly apiVersion: string
  readonly node: string
  readonly os: string
  readonly arch: string
  readonly kernel: string
  readonly runtime: { readonly name: string; readonly version: string; readonly path: string }
}

/** Facts about this engine and its host. */
export interface SystemInfo extends VersionInfo {
  readonly host: {
    readonly hostname: string
    readonly cpus: number
    /** Bytes. */
    readonly memory: number
    readonly memoryFree: number
    /** Seconds. */
    readonly uptime: number
    readonly distribution: { readonly id: string; readonly version: string }
    readonly cgroupMode: 'v1' | 'hybrid' | 'v2'
    readonly cgroupControllers: readonly string[]
    readonly security: {
      readonly apparmor: boolean
      readonly selinux: boolean
      readonly seccomp: boolean
      readonly rootless: boolean
      readonly capabilities: readonly string[]
    }
  }
  readonly store: {
    readonly root: string
    readonly runRoot: string
    readonly snapshotter: string
    readonly containers: {
      readonly total: number
      readonly running: number
      readonly paused: number
      readonly stopped: number
    }
    readonly images: number
  }
  readonly plugins: {
    readonly network: readonly string[]
    readonly volume: readonly string[]
    readonly log: readonly string[]
  }
  readonly monitor: { readonly path: string; readonly version: string }
}

/** One thing that `doctor` looked at. */
export interface Diagnosis {
  /** For example `kernel.overlay`. */
  readonly check: string
  readonly ok: boolean
  /** Nothing works without it; otherwise only something is missing or slower. */
  readonly required: boolean
  /** What was found, one line. */
  readonly found: string
  /** What it means for the user; empty when fine. */
  readonly effect: string
  /** The one command that mends it, if there is one. */
  readonly fix?: string
}

export interface SystemPruneRequest extends CallOptions {
  /** Also images with names. */
  readonly all?: boolean
  readonly volumes?: boolean
  /** `label`, `label!` and `until`, of everything that is removed. */
  readonly filters?: Readonly<Record<string, readonly string[]>>
}

/** What was removed: ids of containers and images, names of networks and volumes. */
export interface SystemPruneReport {
  readonly containers: readonly string[]
  readonly images: readonly string[]
  readonly networks: readonly string[]
  readonly volumes: readonly string[]
  /** Bytes that are free now. */
  readonly reclaimed: number
}

export interface System {
  version(): Promise<VersionInfo>
  info(options?: CallOptions): Promise<SystemInfo>
  /**
   * As `ImageStore.check`. With `repair`, images that cannot be mended are removed unless containers were made from
   * them; with `force` those go too.
   */
  check(request?: StoreCheckRequest & { readonly force?: boolean }): Promise<readonly StoreFinding[]>
  /** What images, containers and volumes take on disk. Looks at every file. */
  diskUsage(options?: CallOptions): Promise<DiskUsage>
  /** Removes containers that do not run, networks and images that nothing uses, and with `volumes` such volumes. */
  prune(request?: SystemPruneRequest): Promise<SystemPruneReport>
  /**
   * Removes everything: containers that run are killed. Returns the paths below the engine's directories that are not
   * its own and stay. `failed-precondition` while somebody has mounted something there. This engine is of no use then.
   */
  reset(options?: CallOptions): Promise<readonly string[]>
  /** What this host can do. */
  doctor(options?: CallOptions): Promise<readonly Diagnosis[]>
}
