import { closeSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { AF_UNIX, AT_FDCWD, O_CLOEXEC, O_PATH } from './constants.ts'
import { errnoNumber, SyscallError } from './errno.ts'
import type { Libc } from './libc.ts'

/** `sun_path` holds 108 bytes, the last one a NUL. */
const LONGEST = 107

/** `struct sockaddr_un`. A path that begins with `@` names an abstract address. */
const sockaddr = (path: string): Buffer => {
  const bytes = Buffer.from(path)
  const abstract = path.startsWith('@')
  if (abstract) bytes[0] = 0
  // The length counts the final NUL of a path; an abstract address has none.
  const address = Buffer.alloc(2 + bytes.length + (abstract ? 0 : 1))
  address.writeUInt16LE(AF_UNIX, 0)
  bytes.copy(address, 2)
  return address
}

const isLong = (path: string): boolean => Buffer.byteLength(path) > LONGEST

/**
 * Calls `use` with an address of the path, whatever its length: a long one is reached through a descriptor of its
 * directory, or of the socket itself when `exists`.
 */
export const withUnixAddress = <T>(libc: Libc, path: string, exists: boolean, use: (address: Buffer) => T): T => {
  if (!isLong(path)) return use(sockaddr(path))
  const open = (target: string) => libc.check(libc.openat(AT_FDCWD, target, O_PATH | O_CLOEXEC, 0), 'openat', target)
  const fd = exists ? open(path) : open(dirname(path))
  try {
    const short = exists ? `/proc/self/fd/${fd}` : `/proc/self/fd/${fd}/${basename(path)}`
    if (path.startsWith('@') || isLong(short)) {
      throw new SyscallError({
        number: errnoNumber('ENAMETOOLONG') ?? 0,
        syscall: 'bind',
        path,
        reason: 'socket name too long'
      })
    }
    return use(sockaddr(short))
  } finally {
    closeSync(fd)
  }
}
