import type { Linux } from './linux.ts'

/** One call that was made, in order. */
export interface LinuxCall {
  readonly group: keyof Linux
  readonly method: string
  readonly args: readonly unknown[]
}

/** What calls answer: for each group the methods to replace; each is recorded too. */
export type LinuxAnswers = { readonly [Group in keyof Linux]?: Partial<Linux[Group]> }

export interface RecordingLinux extends Linux {
  readonly calls: readonly LinuxCall[]
  /** The arguments of each call of one method. */
  callsOf<Group extends keyof Linux>(group: Group, method: keyof Linux[Group] & string): readonly (readonly unknown[])[]
}

const FIRST_FD = 1000

/** Answers of a kernel on which everything succeeds and nothing exists. Descriptors are numbers that are never open. */
const defaultAnswers = (): Linux => {
  let next = FIRST_FD
  const fd = () => next++
  const nothing = () => undefined
  const lock = (path: string) => ({
    path,
    fd: fd(),
    release: nothing,
    [Symbol.dispose]: nothing,
    [Symbol.asyncDispose]: async () => undefined
  })
  const unlimited = { soft: 'unlimited', hard: 'unlimited' } as const
  const unanswered = (what: string) => (): never => {
    throw new Error(`recordingLinux has no answer for ${what}: give one`)
  }
  return {
    mount: {
      mount: nothing,
      unmount: nothing,
      bind: nothing,
      setAttributes: nothing,
      setPropagation: nothing,
      list: () => [],
      isMountPoint: () => false
    },
    namespace: {
      createNetwork: nothing,
      removeNetwork: nothing,
      withNetwork: (_path, fn) => fn(),
      unshare: nothing,
      enter: nothing
    },
    lock: { tryLock: lock, lock: async (path) => lock(path) },
    process: {
      openPidfd: fd,
      signalPidfd: nothing,
      signal: nothing,
      kill: nothing,
      waitForExit: async () => undefined,
      startTime: nothing,
      isRunning: () => false,
      spawn: unanswered('process.spawn'),
      reap: () => true,
      setChildSubreaper: nothing,
      limit: () => unlimited,
      hardLimits: unanswered('process.hardLimits'),
      setLimit: nothing,
      capabilities: () => {
        const none = new Set<string>()
        return { effective: none, permitted: none, inheritable: none, bounding: none, ambient: none }
      }
    },
    fs: {
      cwd: -100,
      openAt: fd,
      openInRoot: fd,
      mkdirAt: nothing,
      mknodAt: nothing,
      symlinkAt: nothing,
      linkAt: nothing,
      unlinkAt: nothing,
      renameAt: nothing,
      chownAt: nothing,
      chmodAt: nothing,
      setTimesAt: nothing,
      statAt: unanswered('fs.statAt'),
      readlinkAt: unanswered('fs.readlinkAt'),
      filesystemOf: unanswered('fs.filesystemOf'),
      syncFilesystem: nothing,
      close: nothing,
      duplicateOnto: nothing,
      setInherit: nothing,
      setPipeSize: nothing,
      setXattr: nothing,
      getXattr: nothing,
      listXattrs: () => [],
      removeXattr: nothing
    },
    socket: {
      connect: fd,
      listen: unanswered('socket.listen'),
      pair: () => [fd(), fd()],
      pipe: () => [fd(), fd()],
      adopt: unanswered('socket.adopt'),
      sendDatagram: nothing,
      sendFds: nothing,
      receiveFds: async () => ({ data: Buffer.alloc(0), fds: [] }),
      untilReadable: async () => undefined
    },
    netlink: {
      open: () => ({ fd: fd(), request: () => [], batch: nothing, close: nothing, [Symbol.dispose]: nothing })
    },
    tty: {
      openPty: () => ({ master: fd(), path: '/dev/pts/0', [Symbol.dispose]: nothing }),
      openPtyPeer: fd,
      windowSize: () => ({ columns: 80, rows: 24 }),
      setWindowSize: nothing
    },
    cgroup: {
      layout: () => ({ mode: 'v2', unified: '/sys/fs/cgroup', hierarchies: new Map(), controllers: [] }),
      groupsOf: () => new Map([['', '/']]),
      read: nothing,
      readTable: () => new Map(),
      write: nothing,
      processes: () => []
    },
    atomicFile: { write: async () => undefined, writeSync: nothing }
  }
}

/**
 * A `Linux` that touches nothing: it records every call and answers as if it had succeeded, or as `answers` says.
 *
 * @example
 * const linux = recordingLinux({ mount: { isMountPoint: (path) => path === '/run/x' } })
 */
export const recordingLinux = (answers: LinuxAnswers = {}): RecordingLinux => {
  const calls: LinuxCall[] = []
  const record = (group: keyof Linux, methods: object, replacements: object): object =>
    Object.fromEntries(
      Object.entries({ ...methods, ...replacements }).map(([method, answer]: [string, unknown]) => {
        if (typeof answer !== 'function') return [method, answer]
        const recorded = (...args: unknown[]): unknown => {
          calls.push({ group, method, args })
          return answer(...args) as unknown
        }
        return [method, recorded]
      })
    )
  const defaults = defaultAnswers()
  const groups = (Object.keys(defaults) as (keyof Linux)[]).map((group) => [
    group,
    record(group, defaults[group], answers[group] ?? {})
  ])
  return {
    ...(Object.fromEntries(groups) as Linux),
    calls,
    callsOf: (group, method) =>
      calls.filter((call) => call.group === group && call.method === method).map(({ args }) => args)
  }
}
