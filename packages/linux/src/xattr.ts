import { errorCode } from './errno.ts'
import type { Libc } from './libc.ts'
import { cstring, type FileName } from './name.ts'

/** A path, whose last symbolic link is not followed, or a descriptor opened for reading or writing. */
export type XattrTarget = FileName | number

/** Extended attributes, with the namespace in the name: `user.note`, `trusted.overlay.opaque`, `security.capability`. */
export interface XattrCalls {
  /** @throws SyscallError EOPNOTSUPP where the filesystem has none, EPERM without the privilege of the namespace */
  setXattr(target: XattrTarget, name: string, value: Buffer, options?: { readonly only?: 'create' | 'replace' }): void
  /** The value, or undefined when the file does not have it. */
  getXattr(target: XattrTarget, name: string): Buffer | undefined
  /** The names; empty where the filesystem has no extended attributes. */
  listXattrs(target: XattrTarget): string[]
  removeXattr(target: XattrTarget, name: string): void
}

/** The kernel's limit for one value and for the list of names (XATTR_SIZE_MAX, XATTR_LIST_MAX). */
const MAXIMUM = 65_536
const ONLY = { create: 1, replace: 2 } as const

export const xattrCalls = (libc: Libc): XattrCalls => {
  let buffer: Buffer | undefined
  // One scratch buffer of the largest size, so that each read is one call; results are copied out.
  const scratch = () => (buffer ??= Buffer.alloc(MAXIMUM))
  const subject = (target: XattrTarget) => (typeof target === 'number' ? undefined : target)
  const get = (target: XattrTarget, name: string): bigint =>
    typeof target === 'number'
      ? libc.fgetxattr(target, name, scratch(), BigInt(MAXIMUM))
      : libc.lgetxattr(cstring(target), name, scratch(), BigInt(MAXIMUM))
  const list = (target: XattrTarget): bigint =>
    typeof target === 'number'
      ? libc.flistxattr(target, scratch(), BigInt(MAXIMUM))
      : libc.llistxattr(cstring(target), scratch(), BigInt(MAXIMUM))
  const copy = (size: bigint) => Buffer.from(scratch().subarray(0, Number(size)))
  return {
    setXattr: (target, name, value, { only } = {}) => {
      const flags = only === undefined ? 0 : ONLY[only]
      const size = BigInt(value.length)
      // An empty value has no address of its own.
      const bytes = value.length === 0 ? scratch() : value
      const result =
        typeof target === 'number'
          ? libc.fsetxattr(target, name, bytes, size, flags)
          : libc.lsetxattr(cstring(target), name, bytes, size, flags)
      libc.check(result, 'setxattr', subject(target))
    },
    getXattr: (target, name) => {
      const size = get(target, name)
      if (size >= 0n) return copy(size)
      const error = libc.error('getxattr', subject(target))
      if (error.code === 'ENODATA' || error.code === 'EOPNOTSUPP') return undefined
      throw error
    },
    listXattrs: (target) => {
      const size = list(target)
      if (size >= 0n) return copy(size).toString('utf8').split('\0').slice(0, -1)
      const error = libc.error('listxattr', subject(target))
      if (errorCode(error) === 'EOPNOTSUPP') return []
      throw error
    },
    removeXattr: (target, name) => {
      const result =
        typeof target === 'number' ? libc.fremovexattr(target, name) : libc.lremovexattr(cstring(target), name)
      libc.check(result, 'removexattr', subject(target))
    }
  }
}
