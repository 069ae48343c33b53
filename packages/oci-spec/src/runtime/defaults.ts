import type { RlimitName, SpecRlimit } from './process.ts'

/** The version that {@link RuntimeSpec} follows when it uses nothing newer. */
export const defaultOciVersion = '1.0.2'

/** The number that stands for "no limit": the largest one that every JSON reader takes for an unsigned 64-bit integer. */
export const unlimited = 18446744073709549568

export const defaultUmask = 0o022

export const defaultPidsLimit = 2048

/** 64 MiB. */
export const defaultShmSize = 64 * 1024 * 1024

export const defaultInitPath = '/run/runcible-init'

export const defaultRlimits: readonly SpecRlimit[] = [
  { type: 'RLIMIT_NOFILE', soft: 1024, hard: 524288 },
  { type: 'RLIMIT_CORE', soft: 0, hard: 0 }
]

/** What tells about, or reaches, the host: the union of what Podman, Docker and containerd hide. */
export const defaultMaskedPaths: readonly string[] = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/dev/block',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
  '/sys/fs/selinux'
]

/** Readable, but never written from a container. */
export const defaultReadonlyPaths: readonly string[] = [
  '/proc/asound',
  '/proc/bus',
  '/proc/fs',
  '/proc/irq',
  '/proc/sys',
  '/proc/sysrq-trigger'
]

/** The throttle counters of each processor, which show when neighbours run hot. */
export function thermalThrottlePaths(cpuCount: number): readonly string[] {
  const count = Math.min(Math.max(Math.trunc(cpuCount), 0), 4096)
  return Array.from({ length: count }, (_, cpu) => `/sys/devices/system/cpu/cpu${cpu}/thermal_throttle`)
}

export const rlimitNames: readonly RlimitName[] = [
  'RLIMIT_AS',
  'RLIMIT_CORE',
  'RLIMIT_CPU',
  'RLIMIT_DATA',
  'RLIMIT_FSIZE',
  'RLIMIT_LOCKS',
  'RLIMIT_MEMLOCK',
  'RLIMIT_MSGQUEUE',
  'RLIMIT_NICE',
  'RLIMIT_NOFILE',
  'RLIMIT_NPROC',
  'RLIMIT_RSS',
  'RLIMIT_RTPRIO',
  'RLIMIT_RTTIME',
  'RLIMIT_SIGPENDING',
  'RLIMIT_STACK'
]
