import type { CgroupMode, HostRlimits, Seccomp } from '@runcible/oci-spec'
import type { Components, ContainerDefaults, Diagnosis, SystemInfo, Trust, VersionInfo } from '@runcible/interface'

/** Facts about the host that runtime specs depend on. */
export interface HostFacts {
  readonly cgroupMode: CgroupMode
  readonly rlimits: HostRlimits
  /** Capabilities in the bounding set of this process. */
  readonly capabilities: readonly string[]
  readonly cpuCount: number
  readonly hostname: string
  /** Changes with every boot. */
  readonly bootId: string
  /** Parent of the containers' control groups, for example `/runcible`. */
  readonly cgroupParent: string
}

/** What the engine is told about its surroundings, once, by whoever assembles it. */
export interface EngineSettings {
  readonly root: string
  readonly runRoot: string
  readonly defaults: ContainerDefaults
  /** Gathered at the first use: not every operation needs the host. */
  readonly host: () => HostFacts
  /** Parses a seccomp profile file for a container with these capabilities. */
  readonly loadSeccomp: (path: string, capabilities: readonly string[]) => Seccomp
  /**
   * The command that a container's monitor runs after its exit, so that it is cleaned up whoever is left; `marker` is a
   * path that exists as long as there is something to clean up. Absent: the next operation on the container gives back
   * mounts and network; it is restarted, or removed automatically, when somebody calls `cleanup`.
   */
  readonly exitCommand?: (containerId: string, marker: string) => readonly string[]
  readonly version: () => Promise<VersionInfo>
  readonly info: () => Promise<Omit<SystemInfo, 'store'> & { readonly store: Pick<SystemInfo['store'], 'snapshotter'> }>
  readonly doctor: () => Promise<readonly Diagnosis[]>
  /**
   * Deletes everything that the parts of this engine keep below `root` and `runRoot`, when all of them are done. Returns
   * paths there that are not theirs. `failed-precondition` while something is mounted below.
   */
  readonly removeFiles: () => Promise<readonly string[]>
  /** Policies and signatures are files of the host. */
  readonly trust: Trust
}

/** Everything an operation may ask for; each takes a `Pick` of it. */
export interface Parts extends Components {
  readonly settings: EngineSettings
}
