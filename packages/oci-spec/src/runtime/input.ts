import type { CapabilityRequest } from './capabilities.ts'
import type { DeviceRule, LinuxResources, Seccomp, SpecDevice, SpecIdMapping } from './linux.ts'
import type { RlimitName, SpecRlimit, SpecUser } from './process.ts'
import type { SpecHooks, SpecMount } from './spec.ts'

/** A namespace of the container: a new one, the engine's own, or an existing one by its file. */
export type NamespaceChoice =
  | 'private'
  | 'host'
  /** `shared`: it belongs to another container, whose kernel parameters are left alone. */
  | { readonly path: string; readonly shared?: boolean }

export interface NamespaceChoices {
  readonly pid?: NamespaceChoice
  readonly ipc?: NamespaceChoice
  readonly uts?: NamespaceChoice
  readonly network?: NamespaceChoice
  readonly cgroup?: NamespaceChoice
  readonly mount?: NamespaceChoice
  /** `host` unless said otherwise. `private` needs the id mappings. */
  readonly user?: NamespaceChoice
}

/** How the host mounts cgroups: all v1, v1 with an empty v2 beside it, or v2 alone. */
export type CgroupMode = 'v1' | 'hybrid' | 'v2'

/** What this process may hand on, so that the runtime is never asked for more than the kernel allows. */
export interface HostRlimits {
  /** Hard limits of this process; `Infinity` for unlimited. */
  readonly hard: Readonly<Partial<Record<RlimitName, number>>>
  /** Whether it may set higher ones (CAP_SYS_RESOURCE). */
  readonly mayRaise: boolean
}

/** A device to make in the container, and what the device cgroup lets it do (`rwm` unless said). */
export interface InputDevice extends SpecDevice {
  readonly access?: string
}

/** An init process from the host that runs as pid 1 in front of the container's command. */
export interface InputInit {
  /** A static executable on the host. */
  readonly source: string
  /** Where it appears in the container; `/run/runcible-init` unless said. */
  readonly destination?: string
}

/** Everything decided about a container, in plain values: what `buildRuntimeSpec` turns into config.json. */
export interface SpecInput {
  readonly rootfs: { readonly path: string; readonly readonly?: boolean; readonly propagation?: string }
  readonly args: readonly string[]
  /** `NAME=value`. */
  readonly env: readonly string[]
  readonly cwd: string
  /** Numeric: names are resolved before. `umask` is 0o022 unless said. */
  readonly user: SpecUser
  readonly terminal?: boolean
  readonly consoleSize?: { readonly height: number; readonly width: number }
  /** Only set when the uts namespace is not the host's. */
  readonly hostname?: string
  readonly domainname?: string
  readonly capabilities?: CapabilityRequest
  /** Bounding set of this process; nothing outside it is asked for. All known ones when absent. */
  readonly boundingCapabilities?: readonly string[]
  readonly noNewPrivileges?: boolean
  /** Limits asked for; they replace the defaults of the same type. */
  readonly rlimits?: readonly SpecRlimit[]
  readonly hostRlimits?: HostRlimits
  readonly namespaces?: NamespaceChoices
  readonly uidMappings?: readonly SpecIdMapping[]
  readonly gidMappings?: readonly SpecIdMapping[]
  /** Volumes, tmpfs, resolv.conf, hosts …; one with the destination of a default mount takes its place. */
  readonly mounts?: readonly SpecMount[]
  /** Bytes of /dev/shm; 64 MiB unless said. */
  readonly shmSize?: number
  readonly devices?: readonly InputDevice[]
  readonly deviceRules?: readonly DeviceRule[]
  /** Limits, without `devices`. `pids.limit` is 2048 unless said; -1 or 0 is none. */
  readonly resources?: Omit<LinuxResources, 'devices'>
  readonly cgroupMode: CgroupMode
  readonly cgroupsPath?: string
  readonly sysctl?: Readonly<Record<string, string>>
  /** A profile, or none. The default profile when absent; privileged containers have none unless one is given. */
  readonly seccomp?: Seccomp | 'unconfined'
  /** Whether the default seccomp profile lets 32-bit programs run on a 64-bit machine; true unless said. */
  readonly seccompCompat?: boolean
  /** Go's name of the machine, for the default seccomp profile; the one this process runs on when absent. */
  readonly architecture?: string
  readonly apparmorProfile?: string
  readonly selinux?: { readonly processLabel?: string; readonly mountLabel?: string }
  /** Paths to mask in addition to the defaults. */
  readonly mask?: readonly string[]
  /** Default masked or read-only paths to leave alone; `ALL` for every one. Entries may end in `/*`. */
  readonly unmask?: readonly string[]
  /** Processors of the host, whose throttle counters are masked; none when absent. */
  readonly cpuCount?: number
  readonly oomScoreAdj?: number
  readonly annotations?: Readonly<Record<string, string>>
  readonly hooks?: SpecHooks
  readonly init?: InputInit
  readonly privileged?: boolean
  /** `ociVersion` to write; the oldest one with every field that is used when absent. */
  readonly ociVersion?: string
}
