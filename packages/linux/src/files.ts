import { statfsSync } from 'node:fs'
import { archOf } from './arch/index.ts'
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_REMOVEDIR,
  AT_SYMLINK_FOLLOW,
  AT_SYMLINK_NOFOLLOW,
  fileTypeBits,
  O_CLOEXEC
} from './constants.ts'
import type { Libc } from './libc.ts'
import { cstring, type FileName } from './name.ts'
import { openFlagBits, type OpenFlag } from './open-flags.ts'
import { confinedCalls, type ConfinedCalls } from './openat2.ts'
import { makeDevice, statxBuffer, type FileStatus } from './stat.ts'
import { xattrCalls, type XattrCalls } from './xattr.ts'

/** Default: a symbolic link in the last place is itself the file. */
export interface FollowOption {
  readonly follow?: boolean
}

export interface SpecialFile {
  readonly type: 'fifo' | 'character' | 'block' | 'socket'
  readonly mode: number
  readonly major?: number
  readonly minor?: number
}

export interface FilesystemStatus {
  /** The magic number of statfs(2): 0x01021994 tmpfs, 0x794c7630 overlay, 0x63677270 cgroup2 … */
  readonly type: number
  readonly blockSize: number
  /** Bytes in all, and free for an unprivileged process. */
  readonly size: bigint
  readonly available: bigint
  readonly files: bigint
  readonly filesFree: bigint
}

/**
 * Files by directory descriptor and name, as a layer needs them: names may be bytes, symbolic links are not followed
 * unless asked, times are nanoseconds. An empty name is the file open at `dir` itself, where a call reads, links or
 * sets what a file carries. A failed call throws SyscallError.
 */
export interface FileCalls extends XattrCalls, ConfinedCalls {
  /** Stands for the working directory where a directory descriptor is asked. */
  readonly cwd: number
  /** A close-on-exec descriptor. `mode` counts only when a file is created. */
  openAt(dir: number, name: FileName, flags: number | readonly OpenFlag[], mode?: number): number
  /** `mode` less the umask, as for mknodAt. */
  mkdirAt(dir: number, name: FileName, mode: number): void
  mknodAt(dir: number, name: FileName, file: SpecialFile): void
  symlinkAt(target: FileName, dir: number, name: FileName): void
  linkAt(fromDir: number, from: FileName, toDir: number, to: FileName, options?: FollowOption): void
  unlinkAt(dir: number, name: FileName, options?: { readonly directory?: boolean }): void
  /** `exchange` swaps the two, `noReplace` fails with EEXIST, `whiteout` leaves an overlay whiteout behind. */
  renameAt(
    fromDir: number,
    from: FileName,
    toDir: number,
    to: FileName,
    how?: 'replace' | 'noReplace' | 'exchange' | 'whiteout'
  ): void
  chownAt(dir: number, name: FileName, uid: number, gid: number, options?: FollowOption): void
  /** Follows a symbolic link, since Linux keeps no permissions for links; the name cannot be empty. */
  chmodAt(dir: number, name: FileName, mode: number): void
  /** Times in nanoseconds since 1970; one that is left out stays. */
  setTimesAt(
    dir: number,
    name: FileName,
    times: { readonly atimeNs?: bigint; readonly mtimeNs?: bigint },
    options?: FollowOption
  ): void
  statAt(dir: number, name: FileName, options?: FollowOption): FileStatus
  readlinkAt(dir: number, name: FileName): Buffer
  filesystemOf(path: FileName): FilesystemStatus
  /** Writes out the filesystem that `fd` is on. */
  syncFilesystem(fd: number): void
  close(fd: number): void
  /** Makes `to` another number for the file of `from`; keeps it over exec only when asked. */
  duplicateOnto(from: number, to: number, options?: { readonly inherit?: boolean }): void
  /** Whether a program that is executed gets the descriptor. */
  setInherit(fd: number, inherit: boolean): void
  /** How much a pipe holds until its writer waits; the kernel rounds up. EPERM beyond /proc/sys/fs/pipe-max-size. */
  setPipeSize(fd: number, bytes: number): void
}

const RENAME = { replace: 0, noReplace: 1, exchange: 2, whiteout: 4 } as const
const UTIME_OMIT = 0x3ffffffen
const BILLION = 1_000_000_000n
const STATX_BASIC_STATS = 0x7ff
const F_SETFD = 2
const F_SETPIPE_SZ = 1031
const PATH_MAX = 4096

const atFlags = (name: FileName, options: FollowOption | undefined): number =>
  (options?.follow === true ? 0 : AT_SYMLINK_NOFOLLOW) | (name.length === 0 ? AT_EMPTY_PATH : 0)

type NodeCalls = Pick<FileCalls, 'mkdirAt' | 'mknodAt' | 'symlinkAt' | 'linkAt' | 'unlinkAt' | 'renameAt' | 'openAt'>

/** Making, moving and removing names. */
const nodeCalls = (libc: Libc): NodeCalls => {
  const { renameat2 } = archOf().syscall
  return {
    openAt: (dir, name, flags, mode = 0o666) =>
      libc.check(libc.openat(dir, cstring(name), openFlagBits(flags), mode), 'openat', name),
    mkdirAt: (dir, name, mode) => {
      libc.check(libc.mkdirat(dir, cstring(name), mode), 'mkdirat', name)
    },
    mknodAt: (dir, name, { type, mode, major = 0, minor = 0 }) => {
      libc.check(libc.mknodat(dir, cstring(name), fileTypeBits[type] | mode, makeDevice(major, minor)), 'mknodat', name)
    },
    symlinkAt: (target, dir, name) => {
      libc.check(libc.symlinkat(cstring(target), dir, cstring(name)), 'symlinkat', name)
    },
    linkAt: (fromDir, from, toDir, to, options) => {
      const flags = (options?.follow === true ? AT_SYMLINK_FOLLOW : 0) | (from.length === 0 ? AT_EMPTY_PATH : 0)
      libc.check(libc.linkat(fromDir, cstring(from), toDir, cstring(to), flags), 'linkat', to)
    },
    unlinkAt: (dir, name, options) => {
      libc.check(libc.unlinkat(dir, cstring(name), options?.directory === true ? AT_REMOVEDIR : 0), 'unlinkat', name)
    },
    renameAt: (fromDir, from, toDir, to, how = 'replace') => {
      libc.invoke(renameat2, 'renameat2', to, fromDir, cstring(from), toDir, cstring(to), RENAME[how])
    }
  }
}

type AttributeCalls = Pick<FileCalls, 'chownAt' | 'chmodAt' | 'setTimesAt' | 'statAt' | 'readlinkAt'>

/** Reading and setting what a file carries. */
const attributeCalls = (libc: Libc): AttributeCalls => {
  // Scratch memory: the calls are synchronous, and each result is read before the next call.
  const status = statxBuffer()
  const times = new BigInt64Array(4)
  const timeBytes = new Uint8Array(times.buffer)
  const link = Buffer.alloc(PATH_MAX)
  const setTime = (index: 0 | 2, time: bigint | undefined) => {
    // A time before 1970 has negative seconds and positive nanoseconds.
    const nanoseconds = time === undefined ? 0n : ((time % BILLION) + BILLION) % BILLION
    times[index] = time === undefined ? 0n : (time - nanoseconds) / BILLION
    times[index + 1] = time === undefined ? UTIME_OMIT : nanoseconds
  }
  return {
    chownAt: (dir, name, uid, gid, options) => {
      libc.check(libc.fchownat(dir, cstring(name), uid, gid, atFlags(name, options)), 'fchownat', name)
    },
    chmodAt: (dir, name, mode) => {
      libc.check(libc.fchmodat(dir, cstring(name), mode, 0), 'fchmodat', name)
    },
    setTimesAt: (dir, name, { atimeNs, mtimeNs }, options) => {
      setTime(0, atimeNs)
      setTime(2, mtimeNs)
      libc.check(libc.utimensat(dir, cstring(name), timeBytes, atFlags(name, options)), 'utimensat', name)
    },
    statAt: (dir, name, options) => {
      libc.check(libc.statx(dir, cstring(name), atFlags(name, options), STATX_BASIC_STATS, status.bytes), 'statx', name)
      return status.read()
    },
    readlinkAt: (dir, name) => {
      const size = libc.checkSize(libc.readlinkat(dir, cstring(name), link, BigInt(PATH_MAX)), 'readlinkat', name)
      return Buffer.from(link.subarray(0, size))
    }
  }
}

export const fileCalls = (libc: Libc): FileCalls => {
  const setInherit = (fd: number, inherit: boolean) => {
    libc.check(libc.fcntl(fd, F_SETFD, inherit ? 0n : 1n), 'fcntl')
  }
  return {
    cwd: AT_FDCWD,
    ...nodeCalls(libc),
    ...attributeCalls(libc),
    ...xattrCalls(libc),
    ...confinedCalls(libc),
    filesystemOf: (path) => {
      const { type, bsize, blocks, bavail, files, ffree } = statfsSync(path, { bigint: true })
      return {
        type: Number(BigInt.asUintN(32, type)),
        blockSize: Number(bsize),
        size: blocks * bsize,
        available: bavail * bsize,
        files,
        filesFree: ffree
      }
    },
    syncFilesystem: (fd) => {
      libc.check(libc.syncfs(fd), 'syncfs')
    },
    close: (fd) => {
      libc.check(libc.close(fd), 'close')
    },
    duplicateOnto: (from, to, { inherit = false } = {}) => {
      if (from === to) return setInherit(to, inherit)
      libc.check(libc.dup3(from, to, inherit ? 0 : O_CLOEXEC), 'dup3')
    },
    setInherit,
    setPipeSize: (fd, bytes) => {
      libc.check(libc.fcntl(fd, F_SETPIPE_SZ, BigInt(bytes)), 'fcntl')
    }
  }
}
