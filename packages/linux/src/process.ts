import { closeSync, readFileSync } from 'node:fs'
import { archOf } from './arch/index.ts'
import { parseCapabilities, type CapabilitySets } from './capability.ts'
import { errorCode, SyscallError } from './errno.ts'
import type { Libc } from './libc.ts'
import { untilReadable, type WaitOptions } from './readiness.ts'
import { reap, spawn, type SpawnRequest } from './spawn.ts'

/** Resource names of getrlimit(2); the index is the number, the same on x86-64 and arm64. */
const resources = [
  'cpu',
  'fsize',
  'data',
  'stack',
  'core',
  'rss',
  'nproc',
  'nofile',
  'memlock',
  'as',
  'locks',
  'sigpending',
  'msgqueue',
  'nice',
  'rtprio',
  'rttime'
] as const

export type Resource = (typeof resources)[number]

export interface ResourceLimit {
  /** In the resource's own unit; `unlimited` for RLIM_INFINITY. */
  readonly soft: bigint | 'unlimited'
  readonly hard: bigint | 'unlimited'
}

/** Hard limits in the shape of the OCI runtime specification: `RLIMIT_NOFILE` → number, `Infinity` for unlimited. */
export interface HardLimits {
  readonly hard: Readonly<Record<`RLIMIT_${Uppercase<Resource>}`, number>>
  /** Whether this process may set higher ones (CAP_SYS_RESOURCE). */
  readonly mayRaise: boolean
}

/** A process that cannot be confused with a later one of the same id; both values can be stored. */
export interface ProcessIdentity {
  readonly pid: number
  /** As `startTime` gives it. */
  readonly startTime: bigint
}

/** Processes by id and by descriptor. A descriptor (pidfd) names one process for good; an id may be reused. */
export interface ProcessCalls {
  /**
   * A descriptor of a process, close-on-exec. @throws SyscallError ESRCH when there is none, or another one by now
   */
  openPidfd(process: number | ProcessIdentity): number
  /** @throws SyscallError ESRCH when the process has ended */
  signalPidfd(pidfd: number, signal: NodeJS.Signals | number): void
  /** Sends a signal to that very process and to no other. @throws SyscallError ESRCH when it has ended */
  signal(process: ProcessIdentity, signal: NodeJS.Signals | number): void
  /** Sends a signal by id, or to a group by its negated id; for children that are not reaped yet. @throws ESRCH, EPERM */
  kill(pid: number, signal: NodeJS.Signals | number): void
  /**
   * Resolves when the process has ended, at once when there is none. It need not be a child; no thread and no timer is
   * used. A descriptor given stays open.
   */
  waitForExit(process: number | ProcessIdentity | { readonly pidfd: number }, options?: WaitOptions): Promise<void>
  /** When the process began, in clock ticks since boot; undefined when there is none or it is a zombie. */
  startTime(pid: number): bigint | undefined
  /** Whether that very process still runs. */
  isRunning(pid: number, startTime?: bigint): boolean
  /**
   * Starts a program in a session of its own, without copying this process, and returns its id. Its end is noticed by
   * `reap`, or by the next `spawn`.
   * @throws SyscallError ENOENT, EACCES … when it cannot be executed
   */
  spawn(request: SpawnRequest): number
  /** Takes notice of the end of a child that `spawn` started. False while it runs. */
  reap(pid: number): boolean
  /** Orphaned descendants become children of this process (PR_SET_CHILD_SUBREAPER). */
  setChildSubreaper(enabled: boolean): void
  limit(resource: Resource, pid?: number): ResourceLimit
  setLimit(resource: Resource, limit: ResourceLimit, pid?: number): void
  /** What this process may hand on to others: every hard limit of its own. */
  hardLimits(): HardLimits
  capabilities(pid?: number | 'self'): CapabilitySets
}

const PR_SET_CHILD_SUBREAPER = 36
const INFINITY = 0xffff_ffff_ffff_ffffn
/** Where the hard limits begin in the lines of `/proc/<pid>/limits`. */
const HARD_COLUMN = 46

/** The fields of `/proc/<pid>/stat` after the command name, which may itself hold spaces and brackets. */
const statFields = (pid: number): string[] | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ESRCH') return undefined
    throw error
  }
}

const startTime = (pid: number): bigint | undefined => {
  const fields = statFields(pid)
  const [state] = fields ?? []
  const started = fields?.[19]
  return started === undefined || state === 'Z' || state === 'X' ? undefined : BigInt(started)
}

const bound = (value: bigint): bigint | 'unlimited' => (value === INFINITY ? 'unlimited' : value)

const capabilities = (pid: number | 'self' = 'self'): CapabilitySets =>
  parseCapabilities(readFileSync(`/proc/${pid}/status`, 'latin1'))

const limits = (libc: Libc): Pick<ProcessCalls, 'limit' | 'setLimit' | 'hardLimits'> => {
  const limit: ProcessCalls['limit'] = (resource, pid = 0) => {
    const pair = new BigUint64Array(2)
    libc.check(libc.prlimit(pid, resources.indexOf(resource), null, new Uint8Array(pair.buffer)), 'prlimit', resource)
    return { soft: bound(pair[0] ?? 0n), hard: bound(pair[1] ?? 0n) }
  }
  const setLimit: ProcessCalls['setLimit'] = (resource, { soft, hard }, pid = 0) => {
    const [low, high] = [soft, hard].map((value) => (value === 'unlimited' ? INFINITY : value)) as [bigint, bigint]
    const pair = new Uint8Array(BigUint64Array.of(low, high).buffer)
    libc.check(libc.prlimit(pid, resources.indexOf(resource), pair, null), 'prlimit', resource)
  }
  // One file, whose lines are in the order of the resources' numbers, instead of a call for each.
  const hardLimits = (): HardLimits => {
    const lines = readFileSync('/proc/self/limits', 'latin1').split('\n').slice(1)
    const hard = resources.map((resource, number) => {
      const value = lines[number]?.slice(HARD_COLUMN).trimStart().split(' ')[0]
      return [`RLIMIT_${resource.toUpperCase()}`, value === 'unlimited' ? Infinity : Number(value)]
    })
    return { hard: Object.fromEntries(hard), mayRaise: capabilities().effective.has('CAP_SYS_RESOURCE') }
  }
  return { limit, setLimit, hardLimits }
}

const signalNumber = (signal: NodeJS.Signals | number): number =>
  typeof signal === 'number' ? signal : process.getBuiltinModule('node:os').constants.signals[signal]

const ESRCH = 3

const descriptors = (libc: Libc): Pick<ProcessCalls, 'openPidfd' | 'signalPidfd' | 'signal'> => {
  const { syscall } = archOf()
  const openPidfd: ProcessCalls['openPidfd'] = (target) => {
    const pid = typeof target === 'number' ? target : target.pid
    const pidfd = libc.invoke(syscall.pidfdOpen, 'pidfd_open', `${pid}`, pid, 0)
    // Compared after opening: from here on the id cannot come to mean another process.
    if (typeof target === 'number' || startTime(pid) === target.startTime) return pidfd
    closeSync(pidfd)
    throw new SyscallError({ number: ESRCH, syscall: 'pidfd_open', path: `${pid}`, reason: 'that process has ended' })
  }
  const signalPidfd: ProcessCalls['signalPidfd'] = (pidfd, signal) => {
    libc.invoke(syscall.pidfdSendSignal, 'pidfd_send_signal', undefined, pidfd, signalNumber(signal), null, 0)
  }
  const signal: ProcessCalls['signal'] = (target, number) => {
    const pidfd = openPidfd(target)
    try {
      signalPidfd(pidfd, number)
    } finally {
      closeSync(pidfd)
    }
  }
  return { openPidfd, signalPidfd, signal }
}

export const processCalls = (libc: Libc): ProcessCalls => {
  const { openPidfd, ...signals } = descriptors(libc)
  const waitForExit: ProcessCalls['waitForExit'] = async (target, options) => {
    if (typeof target === 'object' && 'pidfd' in target) return untilReadable(libc, target.pidfd, options)
    options?.signal?.throwIfAborted()
    let pidfd: number
    try {
      pidfd = openPidfd(target)
    } catch (error) {
      if (errorCode(error) === 'ESRCH') return undefined
      throw error
    }
    try {
      return await untilReadable(libc, pidfd, options)
    } finally {
      closeSync(pidfd)
    }
  }
  return {
    openPidfd,
    ...signals,
    kill: (pid, signal) => {
      process.kill(pid, signal)
    },
    waitForExit,
    startTime,
    isRunning: (pid, since) => {
      const started = startTime(pid)
      return started !== undefined && (since === undefined || since === started)
    },
    spawn: (request) => spawn(libc, request),
    reap: (pid) => reap(libc, pid),
    setChildSubreaper: (enabled) => {
      libc.check(libc.prctl(PR_SET_CHILD_SUBREAPER, enabled ? 1n : 0n, 0n, 0n, 0n), 'prctl')
    },
    ...limits(libc),
    capabilities
  }
}
