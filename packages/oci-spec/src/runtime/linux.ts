/** Runtime specification, "Linux Container Configuration". */
export interface SpecLinux {
  readonly namespaces?: readonly SpecNamespace[]
  readonly uidMappings?: readonly SpecIdMapping[]
  readonly gidMappings?: readonly SpecIdMapping[]
  readonly devices?: readonly SpecDevice[]
  readonly cgroupsPath?: string
  readonly resources?: LinuxResources
  readonly rootfsPropagation?: string
  readonly seccomp?: Seccomp
  readonly sysctl?: Readonly<Record<string, string>>
  readonly maskedPaths?: readonly string[]
  readonly readonlyPaths?: readonly string[]
  readonly mountLabel?: string
  readonly intelRdt?: { readonly closID?: string; readonly l3CacheSchema?: string; readonly memBwSchema?: string }
  readonly personality?: { readonly domain: string; readonly flags?: readonly string[] }
}

export type NamespaceType = 'pid' | 'network' | 'mount' | 'ipc' | 'uts' | 'user' | 'cgroup' | 'time'

export interface SpecNamespace {
  readonly type: NamespaceType
  /** An existing namespace to join; a new one when absent. */
  readonly path?: string
}

export interface SpecIdMapping {
  readonly containerID: number
  readonly hostID: number
  readonly size: number
}

/** A device node to make. `fileMode` holds permission bits only. */
export interface SpecDevice {
  readonly type: 'c' | 'b' | 'u' | 'p'
  readonly path: string
  readonly major?: number
  readonly minor?: number
  readonly fileMode?: number
  readonly uid?: number
  readonly gid?: number
}

/** One rule of the device cgroup; without major or minor it means all. */
export interface DeviceRule {
  readonly allow: boolean
  readonly type?: 'a' | 'c' | 'b'
  readonly major?: number
  readonly minor?: number
  /** Letters of `rwm`. */
  readonly access?: string
}

/** Limits by cgroup. Memory in bytes (-1: none), CPU times in microseconds. */
export interface LinuxResources {
  readonly devices?: readonly DeviceRule[]
  readonly memory?: MemoryResources
  readonly cpu?: CpuResources
  readonly pids?: { readonly limit: number }
  readonly blockIO?: BlockIoResources
  readonly hugepageLimits?: readonly { readonly pageSize: string; readonly limit: number }[]
  readonly network?: {
    readonly classID?: number
    readonly priorities?: readonly { readonly name: string; readonly priority: number }[]
  }
  readonly rdma?: Readonly<Record<string, { readonly hcaHandles?: number; readonly hcaObjects?: number }>>
  /** Files of cgroup v2, by name. */
  readonly unified?: Readonly<Record<string, string>>
}

export interface MemoryResources {
  readonly limit?: number
  readonly reservation?: number
  /** Memory plus swap; -1: no limit. */
  readonly swap?: number
  readonly kernel?: number
  readonly kernelTCP?: number
  readonly swappiness?: number
  readonly disableOOMKiller?: boolean
  readonly useHierarchy?: boolean
  readonly checkBeforeUpdate?: boolean
}

export interface CpuResources {
  readonly shares?: number
  readonly quota?: number
  readonly burst?: number
  readonly period?: number
  readonly realtimeRuntime?: number
  readonly realtimePeriod?: number
  readonly cpus?: string
  readonly mems?: string
  readonly idle?: number
}

export interface BlockIoResources {
  readonly weight?: number
  readonly leafWeight?: number
  readonly weightDevice?: readonly {
    readonly major: number
    readonly minor: number
    readonly weight?: number
    readonly leafWeight?: number
  }[]
  readonly throttleReadBpsDevice?: readonly ThrottleDevice[]
  readonly throttleWriteBpsDevice?: readonly ThrottleDevice[]
  readonly throttleReadIOPSDevice?: readonly ThrottleDevice[]
  readonly throttleWriteIOPSDevice?: readonly ThrottleDevice[]
}

export interface ThrottleDevice {
  readonly major: number
  readonly minor: number
  /** Bytes or operations per second. */
  readonly rate: number
}

export type SeccompAction =
  | 'SCMP_ACT_KILL'
  | 'SCMP_ACT_KILL_PROCESS'
  | 'SCMP_ACT_KILL_THREAD'
  | 'SCMP_ACT_TRAP'
  | 'SCMP_ACT_ERRNO'
  | 'SCMP_ACT_TRACE'
  | 'SCMP_ACT_ALLOW'
  | 'SCMP_ACT_LOG'
  | 'SCMP_ACT_NOTIFY'

export type SeccompOperator =
  | 'SCMP_CMP_NE'
  | 'SCMP_CMP_LT'
  | 'SCMP_CMP_LE'
  | 'SCMP_CMP_EQ'
  | 'SCMP_CMP_GE'
  | 'SCMP_CMP_GT'
  | 'SCMP_CMP_MASKED_EQ'

/** Runtime specification, "Seccomp". */
export interface Seccomp {
  readonly defaultAction: SeccompAction
  readonly defaultErrnoRet?: number
  readonly architectures?: readonly string[]
  readonly flags?: readonly string[]
  readonly listenerPath?: string
  readonly listenerMetadata?: string
  readonly syscalls?: readonly SeccompRule[]
}

export interface SeccompRule {
  readonly names: readonly string[]
  readonly action: SeccompAction
  readonly errnoRet?: number
  readonly args?: readonly SeccompArg[]
}

export interface SeccompArg {
  readonly index: number
  readonly value: number
  readonly valueTwo?: number
  readonly op: SeccompOperator
}
