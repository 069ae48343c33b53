import type { DynamicLibrary, FunctionSignature, WrappedFunctionsFromDefinitions } from 'node:ffi'
import { errnoName, SyscallError, type SyscallName } from './errno.ts'

/**
 * The C functions in use. `ptr` takes a string (passed NUL-terminated; an embedded NUL throws), a Buffer, an address
 * or null. Every 64-bit value is a bigint. Variadic functions are called with fixed arguments, which the System V
 * and AAPCS64 calling conventions allow for integers and pointers.
 */
const signatures = {
  __errno_location: { arguments: [], return: 'ptr' },
  strerror: { arguments: ['i32'], return: 'ptr' },
  syscall: { arguments: ['i64', 'ptr', 'ptr', 'ptr', 'ptr', 'ptr', 'ptr'], return: 'i64' },

  close: { arguments: ['i32'], return: 'i32' },
  dup3: { arguments: ['i32', 'i32', 'i32'], return: 'i32' },
  fcntl: { arguments: ['i32', 'i32', 'u64'], return: 'i32' },
  ioctl: { arguments: ['i32', 'u64', 'ptr'], return: 'i32' },
  flock: { arguments: ['i32', 'i32'], return: 'i32' },
  read: { arguments: ['i32', 'ptr', 'u64'], return: 'i64' },
  epoll_create1: { arguments: ['i32'], return: 'i32' },
  epoll_ctl: { arguments: ['i32', 'i32', 'i32', 'ptr'], return: 'i32' },

  openat: { arguments: ['i32', 'ptr', 'i32', 'u32'], return: 'i32' },
  mkdirat: { arguments: ['i32', 'ptr', 'u32'], return: 'i32' },
  mknodat: { arguments: ['i32', 'ptr', 'u32', 'u64'], return: 'i32' },
  symlinkat: { arguments: ['ptr', 'i32', 'ptr'], return: 'i32' },
  linkat: { arguments: ['i32', 'ptr', 'i32', 'ptr', 'i32'], return: 'i32' },
  unlinkat: { arguments: ['i32', 'ptr', 'i32'], return: 'i32' },
  fchownat: { arguments: ['i32', 'ptr', 'u32', 'u32', 'i32'], return: 'i32' },
  fchmodat: { arguments: ['i32', 'ptr', 'u32', 'i32'], return: 'i32' },
  utimensat: { arguments: ['i32', 'ptr', 'ptr', 'i32'], return: 'i32' },
  statx: { arguments: ['i32', 'ptr', 'i32', 'u32', 'ptr'], return: 'i32' },
  readlinkat: { arguments: ['i32', 'ptr', 'ptr', 'u64'], return: 'i64' },
  syncfs: { arguments: ['i32'], return: 'i32' },
  lsetxattr: { arguments: ['ptr', 'ptr', 'ptr', 'u64', 'i32'], return: 'i32' },
  fsetxattr: { arguments: ['i32', 'ptr', 'ptr', 'u64', 'i32'], return: 'i32' },
  lgetxattr: { arguments: ['ptr', 'ptr', 'ptr', 'u64'], return: 'i64' },
  fgetxattr: { arguments: ['i32', 'ptr', 'ptr', 'u64'], return: 'i64' },
  llistxattr: { arguments: ['ptr', 'ptr', 'u64'], return: 'i64' },
  flistxattr: { arguments: ['i32', 'ptr', 'u64'], return: 'i64' },
  lremovexattr: { arguments: ['ptr', 'ptr'], return: 'i32' },
  fremovexattr: { arguments: ['i32', 'ptr'], return: 'i32' },

  mount: { arguments: ['ptr', 'ptr', 'ptr', 'u64', 'ptr'], return: 'i32' },
  umount2: { arguments: ['ptr', 'i32'], return: 'i32' },
  unshare: { arguments: ['i32'], return: 'i32' },
  setns: { arguments: ['i32', 'i32'], return: 'i32' },
  prctl: { arguments: ['i32', 'u64', 'u64', 'u64', 'u64'], return: 'i32' },
  prlimit: { arguments: ['i32', 'i32', 'ptr', 'ptr'], return: 'i32' },

  posix_spawn: { arguments: ['ptr', 'ptr', 'ptr', 'ptr', 'ptr', 'ptr'], return: 'i32' },
  posix_spawn_file_actions_init: { arguments: ['ptr'], return: 'i32' },
  posix_spawn_file_actions_destroy: { arguments: ['ptr'], return: 'i32' },
  posix_spawn_file_actions_adddup2: { arguments: ['ptr', 'i32', 'i32'], return: 'i32' },
  posix_spawn_file_actions_addopen: { arguments: ['ptr', 'i32', 'ptr', 'i32', 'u32'], return: 'i32' },
  posix_spawn_file_actions_addchdir_np: { arguments: ['ptr', 'ptr'], return: 'i32' },
  posix_spawn_file_actions_addclosefrom_np: { arguments: ['ptr', 'i32'], return: 'i32' },
  posix_spawnattr_init: { arguments: ['ptr'], return: 'i32' },
  posix_spawnattr_setflags: { arguments: ['ptr', 'i32'], return: 'i32' },
  posix_spawnattr_setsigmask: { arguments: ['ptr', 'ptr'], return: 'i32' },
  posix_spawnattr_setsigdefault: { arguments: ['ptr', 'ptr'], return: 'i32' },
  waitpid: { arguments: ['i32', 'ptr', 'i32'], return: 'i32' },
  pipe2: { arguments: ['ptr', 'i32'], return: 'i32' },

  socket: { arguments: ['i32', 'i32', 'i32'], return: 'i32' },
  socketpair: { arguments: ['i32', 'i32', 'i32', 'ptr'], return: 'i32' },
  connect: { arguments: ['i32', 'ptr', 'u32'], return: 'i32' },
  bind: { arguments: ['i32', 'ptr', 'u32'], return: 'i32' },
  listen: { arguments: ['i32', 'i32'], return: 'i32' },
  accept4: { arguments: ['i32', 'ptr', 'ptr', 'i32'], return: 'i32' },
  send: { arguments: ['i32', 'ptr', 'u64', 'i32'], return: 'i64' },
  sendto: { arguments: ['i32', 'ptr', 'u64', 'i32', 'ptr', 'u32'], return: 'i64' },
  recv: { arguments: ['i32', 'ptr', 'u64', 'i32'], return: 'i64' },
  sendmsg: { arguments: ['i32', 'ptr', 'i32'], return: 'i64' },
  recvmsg: { arguments: ['i32', 'ptr', 'i32'], return: 'i64' },
  setsockopt: { arguments: ['i32', 'i32', 'i32', 'ptr', 'u32'], return: 'i32' }
} as const satisfies Record<string, FunctionSignature>

type Functions = WrappedFunctionsFromDefinitions<typeof signatures>

/** The C library of this process, with each symbol looked up at its first use. */
export interface Libc extends Functions {
  /** errno of the last failed call on this thread. */
  errno(): number
  /** The C library's words for an errno. */
  reason(number: number): string
  /** The error of the call that has just failed, read before anything else can change errno. */
  error(syscall: SyscallName, path?: string | Buffer): SyscallError
  /** `result` itself, or the error of the call when it is -1. */
  check(result: number, syscall: SyscallName, path?: string | Buffer): number
  /** The same for functions that return a 64-bit count. */
  checkSize(result: bigint, syscall: SyscallName, path?: string | Buffer): number
  /** A call by number; negative integers are given in two's complement. */
  invoke(number: number, syscall: SyscallName, path: string | Buffer | undefined, ...args: SyscallArgument[]): number
}

export type SyscallArgument = string | Buffer | Uint8Array | number | bigint | null

const asPointer = (value: SyscallArgument | undefined): string | Uint8Array | bigint | null => {
  if (typeof value === 'number') return BigInt.asUintN(64, BigInt(value))
  return value ?? 0n
}

/** Loads nothing: the library is opened at the first call, so a program that makes none pays nothing. */
export const openLibc = (): Libc => {
  let library: DynamicLibrary | undefined
  let errnoCell: Int32Array | undefined
  const ffi = () => process.getBuiltinModule('node:ffi')
  const load = () => {
    library ??= new (ffi().DynamicLibrary)(null)
    return library
  }
  const libc = {
    // The cell belongs to the thread, as does every instance of this module.
    errno: () => errnoCell?.[0] ?? 0,
    reason: (number: number) => ffi().toString(libc.strerror(number)) ?? errnoName(number),
    error: (syscall: SyscallName, path?: string | Buffer) => {
      const number = libc.errno()
      return new SyscallError({ number, syscall, path, reason: libc.reason(number) })
    },
    check: (result: number, syscall: SyscallName, path?: string | Buffer) => {
      if (result === -1) throw libc.error(syscall, path)
      return result
    },
    checkSize: (result: bigint, syscall: SyscallName, path?: string | Buffer) => {
      if (result === -1n) throw libc.error(syscall, path)
      return Number(result)
    },
    invoke: (number: number, syscall: SyscallName, path: string | Buffer | undefined, ...args: SyscallArgument[]) => {
      const [a, b, c, d, e, f] = args
      const result = libc.syscall(
        BigInt(number),
        asPointer(a),
        asPointer(b),
        asPointer(c),
        asPointer(d),
        asPointer(e),
        asPointer(f)
      )
      return libc.checkSize(result, syscall, path)
    }
  } as Libc
  const resolve = (name: keyof Functions) => {
    const value = load().getFunction(name, signatures[name])
    Object.defineProperty(libc, name, { value })
    if (errnoCell === undefined && name !== '__errno_location') {
      errnoCell = new Int32Array(ffi().toArrayBuffer(libc.__errno_location(), 4, false))
    }
    return value
  }
  for (const name of Object.keys(signatures) as (keyof Functions)[]) {
    Object.defineProperty(libc, name, { configurable: true, enumerable: true, get: () => resolve(name) })
  }
  return libc
}

/** The address of a buffer that the caller keeps alive. */
export const addressOf = (buffer: Uint8Array): bigint => process.getBuiltinModule('node:ffi').getRawPointer(buffer)
