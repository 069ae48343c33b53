import type { CgroupMode, HostRlimits, Seccomp, SpecRlimit } from '@runcible/oci-spec'
import type { Components, Diagnosis, LogDriverName, SystemInfo, VersionInfo } from '@runcible/interface'

/** What a container gets unless its spec says otherwise. */
export interface ContainerDefaults {
  /** `NAME=value`. */
  readonly env: readonly string[]
  readonly ulimits: readonly SpecRlimit[]
  /** `CAP_CHOWN` …; absent for the built-in set. */
  readonly capabilities?: readonly string[]
  readonly sysctls: Readonly<Record<string, string>>
  /** Bytes of /dev/shm. */
  readonly shmSize: number
  readonly pidsLimit: number
  readonly umask: number
  readonly stopTimeout: number
  readonly logDriver: LogDriverName
  /** Bytes; the log is rotated beyond it. */
  readonly logMaxSize: number
  /** Name of the network of a container that asks for none. */
  readonly network: string
  readonly dns: readonly string[]
  readonly dnsSearch: readonly string[]
  readonly dnsOptions: readonly string[]
  /** Static executables to use as `--init`, the first that exists. */
  readonly initPaths: readonly string[]
  /** Reads the profile that containers get; absent for the built-in one. */
  readonly seccompProfile?: string
}

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
   * path that exists as long as there is something to clean up. Absent: the next operation on the container does it.
   */
  readonly exitCommand?: (containerId: string, marker: string) => readonly string[]
  readonly version: () => Promise<VersionInfo>
  readonly info: () => Promise<Omit<SystemInfo, 'store'> & { readonly store: Pick<SystemInfo['store'], 'snapshotter'> }>
  readonly doctor: () => Promise<readonly Diagnosis[]>
}

/** Everything an operation may ask for; each takes a `Pick` of it. */
export interface Parts extends Components {
  readonly settings: EngineSettings
}
