import { closeSync } from 'node:fs'
import { SyscallError } from './errno.ts'
import { addressOf, type Libc } from './libc.ts'

export interface SpawnRequest {
  /** Absolute: PATH is not searched. */
  readonly path: string
  /** After the program's own name, which is the path. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Default: that of this process. */
  readonly directory?: string
  /** The program's descriptors from 0 on: each one of ours, or `null` for /dev/null. It gets no others. */
  readonly fds: readonly (number | null)[]
}

const O_RDWR = 2
const F_DUPFD_CLOEXEC = 1030
const SETSIGDEF = 0x04
const SETSIGMASK = 0x08
const SETSID = 0x80
const WNOHANG = 1

/** Larger than the structures of any C library: 80, 336 and 128 bytes in glibc and musl. */
const ACTIONS_SIZE = 256
const ATTRIBUTES_SIZE = 1024
const SIGNALS_SIZE = 128

const POINTER = 8

/** A table of C strings, ended by a null pointer, in one piece of memory with the strings. */
const stringTable = (strings: readonly string[]): Buffer => {
  const texts = strings.map((text) => {
    if (text.includes('\0')) throw new TypeError('an argument or variable of a program holds a null character')
    return Buffer.from(`${text}\0`)
  })
  const head = (texts.length + 1) * POINTER
  const table = Buffer.concat([Buffer.alloc(head), ...texts])
  let address = addressOf(table) + BigInt(head)
  texts.forEach((text, index) => {
    table.writeBigUInt64LE(address, index * POINTER)
    address += BigInt(text.length)
  })
  return table
}

/** These functions return the number of the error instead of setting errno. */
const checked = (libc: Libc, number: number, path: string): void => {
  if (number !== 0) throw new SyscallError({ number, syscall: 'posix_spawn', path, reason: libc.reason(number) })
}

/** Of ours, those that a descriptor of the program would overwrite before it is used are moved out of the way. */
const withMovedFds = <T>(libc: Libc, fds: SpawnRequest['fds'], use: (fds: SpawnRequest['fds']) => T): T => {
  const moved: number[] = []
  try {
    return use(
      fds.map((fd, target) => {
        if (fd === null || fd === target || fd >= fds.length) return fd
        const copy = libc.check(libc.fcntl(fd, F_DUPFD_CLOEXEC, BigInt(fds.length)), 'fcntl')
        moved.push(copy)
        return copy
      })
    )
  } finally {
    for (const fd of moved) closeSync(fd)
  }
}

/**
 * Descriptors that this process was given without the mark to close them would be handed on. A C library that cannot
 * close them (before glibc 2.34) leaves that to the mark, which all of our own have.
 */
const addCloseFrom = (libc: Libc, actions: Buffer, first: number): number => {
  let add: Libc['posix_spawn_file_actions_addclosefrom_np']
  try {
    add = libc.posix_spawn_file_actions_addclosefrom_np
  } catch {
    return 0
  }
  return add(actions, first)
}

const withActions = <T>(
  libc: Libc,
  { path, directory }: SpawnRequest,
  fds: SpawnRequest['fds'],
  use: (actions: Buffer) => T
): T => {
  const actions = Buffer.alloc(ACTIONS_SIZE)
  const check = (number: number): void => checked(libc, number, path)
  check(libc.posix_spawn_file_actions_init(actions))
  try {
    fds.forEach((fd, target) => {
      if (fd === null) check(libc.posix_spawn_file_actions_addopen(actions, target, '/dev/null', O_RDWR, 0))
      // Of a descriptor onto itself it makes one that the program inherits.
      else check(libc.posix_spawn_file_actions_adddup2(actions, fd, target))
    })
    check(addCloseFrom(libc, actions, fds.length))
    if (directory !== undefined) check(libc.posix_spawn_file_actions_addchdir_np(actions, directory))
    return use(actions)
  } finally {
    libc.posix_spawn_file_actions_destroy(actions)
  }
}

/** A session of its own, every signal as a new program expects it. */
const attributes = (libc: Libc, path: string): Buffer => {
  const made = Buffer.alloc(ATTRIBUTES_SIZE)
  const check = (number: number): void => checked(libc, number, path)
  check(libc.posix_spawnattr_init(made))
  check(libc.posix_spawnattr_setflags(made, SETSIGDEF | SETSIGMASK | SETSID))
  check(libc.posix_spawnattr_setsigmask(made, Buffer.alloc(SIGNALS_SIZE)))
  check(libc.posix_spawnattr_setsigdefault(made, Buffer.alloc(SIGNALS_SIZE, 0xff)))
  return made
}

/** Children that nobody has taken notice of yet. */
const unreaped = new Set<number>()

/** posix_spawn(3): unlike a fork it copies nothing of this process, however large that is. */
export const spawn = (libc: Libc, request: SpawnRequest): number => {
  // So a caller who does not care leaves at most the dead of one turn.
  for (const pid of unreaped) reap(libc, pid)
  const { path, args, env, fds } = request
  const result = new Int32Array(1)
  const argv = stringTable([path, ...args])
  const envp = stringTable(Object.entries(env).map(([name, value]) => `${name}=${value}`))
  const attr = attributes(libc, path)
  withMovedFds(libc, fds, (safe) =>
    withActions(libc, request, safe, (actions) =>
      checked(libc, libc.posix_spawn(new Uint8Array(result.buffer), path, actions, attr, argv, envp), path)
    )
  )
  const pid = result[0] ?? -1
  unreaped.add(pid)
  return pid
}

/** waitpid(2) without waiting. True when the child has ended, or is none of ours any more. */
export const reap = (libc: Libc, pid: number): boolean => {
  const hasEnded = libc.waitpid(pid, null, WNOHANG) !== 0
  if (hasEnded) unreaped.delete(pid)
  return hasEnded
}
