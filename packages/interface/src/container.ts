import type { DeviceRule, Digest, LinuxResources } from '@runcible/oci-spec'
import type { PullPolicy, TransferRequest } from './image.ts'
import type { LogConfig, LogTarget } from './log-store.ts'
import type { Mount } from './mount.ts'
import type { NetworkAttachment, NetworkMode, PortMapping } from './network.ts'
import type { Exit } from './process.ts'
import type { SecretConfig, SecretUse } from './secret.ts'

/** Where one mount of a container comes from, as asked for by `-v`, `--mount` and `--tmpfs`. */
export type MountSpec =
  | { readonly type: 'bind'; readonly source: string; readonly target: string; readonly options: readonly string[] }
  /** `source` absent: an anonymous volume. */
  | { readonly type: 'volume'; readonly source?: string; readonly target: string; readonly options: readonly string[] }
  | { readonly type: 'tmpfs'; readonly target: string; readonly options: readonly string[] }

export interface RestartPolicy {
  readonly name: 'no' | 'on-failure' | 'always' | 'unless-stopped'
  /** For `on-failure`: at most so many restarts; absent for no limit. */
  readonly maximumRetryCount?: number
}

/** `private`: a new namespace. */
export type NamespaceMode =
  | { readonly mode: 'private' | 'host' }
  | { readonly mode: 'container'; readonly container: string }
  | { readonly mode: 'path'; readonly path: string }

export interface Ulimit {
  /** Without `RLIMIT_`, lower case: `nofile`. */
  readonly name: string
  readonly soft: number
  /** -1 for unlimited. */
  readonly hard: number
}

export interface DeviceSpec {
  readonly path: string
  readonly target: string
  /** Of `r`, `w`, `m`. */
  readonly permissions: string
}

export interface SecuritySpec {
  readonly privileged?: boolean
  readonly capAdd?: readonly string[]
  readonly capDrop?: readonly string[]
  readonly noNewPrivileges?: boolean
  /** `unconfined` or the path of a profile; absent: the default profile. */
  readonly seccomp?: string
  /** AppArmor profile or `unconfined`. */
  readonly apparmor?: string
  readonly readOnlyRootfs?: boolean
  /** `ALL` or paths to unmask. */
  readonly unmask?: readonly string[]
  readonly mask?: readonly string[]
}

/** A limit of one block device of the host. */
export interface DeviceLimit {
  /** Of the device, on the host. */
  readonly path: string
  /** Bytes or operations per second; for a weight 10 to 1000. */
  readonly value: number
}

/** In the units of the command line made plain: bytes, nanoseconds, counts. */
export interface ResourceSpec {
  readonly memory?: number
  readonly memoryReservation?: number
  /** Memory plus swap; -1 for unlimited swap. */
  readonly memorySwap?: number
  /** CPUs, for example 1.5. */
  readonly cpus?: number
  readonly cpuShares?: number
  readonly cpuPeriod?: number
  readonly cpuQuota?: number
  readonly cpusetCpus?: string
  readonly cpusetMems?: string
  /** Microseconds; cgroup v1. */
  readonly cpuRealtimePeriod?: number
  /** Microseconds; cgroup v1. */
  readonly cpuRealtimeRuntime?: number
  /** 0 to 100; cgroup v1. */
  readonly memorySwappiness?: number
  /** 10 to 1000. */
  readonly blkioWeight?: number
  readonly blkioWeightDevices?: readonly DeviceLimit[]
  readonly deviceReadBps?: readonly DeviceLimit[]
  readonly deviceReadIops?: readonly DeviceLimit[]
  readonly deviceWriteBps?: readonly DeviceLimit[]
  readonly deviceWriteIops?: readonly DeviceLimit[]
  /** Files of cgroup v2 and what is written to them, for example `memory.high`. */
  readonly unified?: Readonly<Record<string, string>>
  /** -1 for unlimited. */
  readonly pidsLimit?: number
  readonly oomKillDisable?: boolean
  readonly oomScoreAdj?: number
}

/** What was asked: the one shape that the command line, the API and a program hand in. Everything absent is a default. */
export interface ContainerSpec extends TransferRequest {
  readonly name?: string
  readonly image: string
  readonly pull?: PullPolicy
  /** Arguments after the image. */
  readonly command?: readonly string[]
  /** Replaces the image's; empty clears it. */
  readonly entrypoint?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** As `env`, with `$NAME` and `${NAME}` standing for variables of the image; `env` has the last word. */
  readonly envMerge?: Readonly<Record<string, string>>
  /** Variables to drop, of the image too. */
  readonly unsetEnv?: readonly string[]
  /** Drop every variable that was not asked for. */
  readonly unsetEnvAll?: boolean
  readonly workdir?: string
  /** `user[:group]`, names or numbers. */
  readonly user?: string
  readonly groupAdd?: readonly string[]
  readonly hostname?: string
  readonly tty?: boolean
  /** Keep the standard input open. */
  readonly stdin?: boolean
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly mounts?: readonly MountSpec[]
  /** Containers whose volumes and bind mounts it gets too, but where it has a mount of its own; of two the last counts. */
  readonly volumesFrom?: readonly { readonly container: string; readonly readOnly?: boolean }[]
  /** Anonymous volumes for the image's VOLUME paths; `ignore` leaves them out. */
  readonly imageVolumes?: 'anonymous' | 'tmpfs' | 'ignore'
  readonly network?: NetworkMode
  readonly ports?: readonly PortMapping[]
  /** Publish every exposed port on a free one. */
  readonly publishAll?: boolean
  /** `port[-port][/protocol]`, besides the image's. */
  readonly expose?: readonly string[]
  readonly dns?: readonly string[]
  readonly dnsSearch?: readonly string[]
  readonly dnsOptions?: readonly string[]
  /** `name:address`, or `name:host-gateway`. */
  readonly extraHosts?: readonly string[]
  readonly noHosts?: boolean
  readonly pid?: NamespaceMode
  readonly ipc?: NamespaceMode
  readonly uts?: NamespaceMode
  readonly cgroupns?: NamespaceMode
  readonly security?: SecuritySpec
  readonly resources?: ResourceSpec
  readonly ulimits?: readonly Ulimit[]
  readonly sysctls?: Readonly<Record<string, string>>
  readonly devices?: readonly DeviceSpec[]
  /** Copied when the container is made: a later change of the secret does not reach it. */
  readonly secrets?: readonly SecretUse[]
  /** Rules of the device cgroup beside those of `devices`. */
  readonly deviceCgroupRules?: readonly DeviceRule[]
  /** Control group that the container's is made in; absent: the engine's. */
  readonly cgroupParent?: string
  /** Bytes of /dev/shm. */
  readonly shmSize?: number
  /** Octal, for example 0o022. */
  readonly umask?: number
  /** Of the host's, for example `Europe/Vienna`; `local` for the host's own. */
  readonly timezone?: string
  readonly init?: boolean
  readonly stopSignal?: string
  /** Seconds between the stop signal and SIGKILL. */
  readonly stopTimeout?: number
  readonly restart?: RestartPolicy
  /** Remove the container, and its anonymous volumes, when it has exited. */
  readonly autoRemove?: boolean
  /** Remove a container of the same name first. */
  readonly replace?: boolean
  readonly log?: Partial<LogConfig>
  readonly pidFile?: string
  readonly runtime?: string
}

/** What `update` changes; everything absent stays. */
export interface ContainerUpdate {
  /** In force at once, and at every later start. `oomKillDisable`, `oomScoreAdj` and `unified` cannot be changed. */
  readonly resources?: Omit<ResourceSpec, 'oomKillDisable' | 'oomScoreAdj' | 'unified'>
  readonly restart?: RestartPolicy
  /** From the next start on. */
  readonly env?: Readonly<Record<string, string>>
  /** From the next start on. */
  readonly unsetEnv?: readonly string[]
  /** From the next start on. One with the name of an earlier one takes its place. */
  readonly ulimits?: readonly Ulimit[]
}

/** One mount that the container will have; volumes by name. */
export type MountConfig = MountSpec & { readonly copyUp?: boolean; readonly anonymous?: boolean }

/** What was decided from spec, image and defaults: frozen and stored; a start needs nothing else but the records of its parts. */
export interface ContainerConfig {
  readonly image: { readonly id: string; readonly name: string; readonly digest: Digest; readonly chainId?: Digest }
  /** The whole argv. */
  readonly args: readonly string[]
  /** What of `args` came from the entrypoint and what from the command, for `inspect`. */
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  /** `NAME=value`, image first, then the engine's, then the user's. */
  readonly env: readonly string[]
  readonly workdir: string
  /** As asked; resolved inside the root file system at each start. */
  readonly user: string
  readonly groupAdd: readonly string[]
  readonly hostname: string
  readonly tty: boolean
  readonly stdin: boolean
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly mounts: readonly MountConfig[]
  /** As asked for; what they had then is in `mounts`. */
  readonly volumesFrom?: readonly string[]
  readonly network: NetworkMode
  readonly ports: readonly PortMapping[]
  /** `port/protocol`. */
  readonly exposedPorts: readonly string[]
  readonly dns: readonly string[]
  readonly dnsSearch: readonly string[]
  readonly dnsOptions: readonly string[]
  readonly extraHosts: readonly string[]
  readonly noHosts: boolean
  readonly pid: NamespaceMode
  readonly ipc: NamespaceMode
  readonly uts: NamespaceMode
  readonly cgroupns: NamespaceMode
  readonly security: SecuritySpec
  readonly resources: LinuxResources
  readonly oomScoreAdj?: number
  readonly ulimits: readonly Ulimit[]
  readonly sysctls: Readonly<Record<string, string>>
  readonly devices: readonly DeviceSpec[]
  /** Without their data. */
  readonly secrets?: readonly SecretConfig[]
  readonly deviceCgroupRules?: readonly DeviceRule[]
  /** Absolute, in the tree of every controller; absent: the engine's. */
  readonly cgroupParent?: string
  /** Paths of the devices of `resources.blockIO`, by `major:minor`. */
  readonly blockDevices?: Readonly<Record<string, string>>
  readonly shmSize: number
  readonly umask: number
  readonly timezone?: string
  readonly init: boolean
  readonly stopSignal: string
  readonly stopTimeout: number
  readonly restart: RestartPolicy
  readonly autoRemove: boolean
  readonly log: LogTarget
  readonly pidFile?: string
  /** Name of the runtime driver. */
  readonly runtime: string
  /** Name of the snapshotter. */
  readonly snapshotter: string
}

/**
 * `created`: recorded, never started. `running` ⇄ `paused`. `stopping`: a stop is under way. `exited`: ended, everything
 * of the run cleaned up. `stopped`: ended, clean-up still to do. `removing`: a removal began and must be finished.
 */
export type ContainerStatus = 'created' | 'running' | 'paused' | 'stopping' | 'stopped' | 'exited' | 'removing'

/** What is stored of a container. Data only. */
export interface ContainerRecord {
  /** 64 hex characters. */
  readonly id: string
  readonly name: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly config: ContainerConfig
  readonly status: ContainerStatus
  /** Process id on the host; 0 unless running, paused or stopping. */
  readonly pid: number
  readonly startedAt?: number
  readonly exit?: Exit
  /** Stopped by the user: `unless-stopped` and `always` stay down. */
  readonly stoppedByUser: boolean
  readonly restartCount: number
  readonly attachment?: NetworkAttachment
  /** As of the last start: what an exec without a user of its own uses. */
  readonly processUser?: ProcessUser
  /** Mounts of the present run that must be given back (volumes by name). */
  readonly volumes: readonly string[]
  /** Last failure to start, one line. */
  readonly error?: string
  /** Of the boot in which it was last started: tells a reboot. */
  readonly bootId?: string
  /** While `removing`: its anonymous volumes go too; absent: as `autoRemove` says. */
  readonly removeVolumes?: boolean
}

/** Who a container's process runs as, resolved inside its root file system. */
export interface ProcessUser {
  readonly uid: number
  readonly gid: number
  readonly additionalGids: readonly number[]
  readonly home: string
}

/** A container as lists show it. */
export interface ContainerSummary extends ContainerRecord {
  /** Names of its networks. */
  readonly networks: readonly string[]
}

/** A container in full. */
export interface ContainerDetails extends ContainerSummary {
  readonly rootfs: readonly Mount[]
  readonly imageName: string
}
