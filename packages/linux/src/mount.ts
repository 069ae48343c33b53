import { archOf } from './arch/index.ts'
import { AT_EMPTY_PATH, AT_FDCWD, AT_RECURSIVE, O_CLOEXEC } from './constants.ts'
import { errorCode } from './errno.ts'
import type { Libc } from './libc.ts'
import { isMountFlag, mountFlagBits, propagationFlag, type MountFlag, type MountPropagation } from './mount-options.ts'
import { mountOf, readMountInfo, type MountInfo } from './mountinfo.ts'
import { cstring, type FileName } from './name.ts'

/** Flags that mount_setattr(2) can add to an existing mount without naming the others again. */
export type MountAttribute = 'ro' | 'nosuid' | 'nodev' | 'noexec' | 'noatime' | 'nodiratime' | 'nosymfollow'

export interface MountRequest {
  readonly source?: FileName
  readonly target: FileName
  /** Filesystem type; not needed to bind, move or remount. */
  readonly type?: string
  readonly flags?: readonly MountFlag[]
  /** Filesystem options, at most one page (4095 bytes). */
  readonly data?: FileName
}

export interface BindRequest {
  readonly source: FileName
  readonly target: FileName
  /** Also the mounts below the source. */
  readonly recursive?: boolean
  /** Set on the new mount, and on those below it when recursive. */
  readonly attributes?: readonly MountAttribute[]
  /** A descriptor of a user namespace whose id map the new mount shows (Linux 5.12, if the filesystem allows it). */
  readonly idmap?: number
}

export interface UnmountOptions {
  /** Take it out of sight at once, and release it when it is no longer in use (MNT_DETACH). */
  readonly detach?: boolean
  readonly force?: boolean
  /** Fail rather than follow a symbolic link at `target`. Default true. */
  readonly noFollow?: boolean
}

/** Mounting, in the mount namespace of the process. */
export interface MountCalls {
  mount(request: MountRequest): void
  /** @throws SyscallError EINVAL when `target` is not a mount point, EBUSY when in use */
  unmount(target: FileName, options?: UnmountOptions): void
  /**
   * Binds a file or directory. Attributes are set before the mount appears (Linux 5.12; right after it on older
   * kernels); on failure nothing stays mounted.
   */
  bind(request: BindRequest): void
  /** Adds attributes to a mount that exists. */
  setAttributes(
    target: FileName,
    attributes: readonly MountAttribute[],
    options?: { readonly recursive?: boolean }
  ): void
  setPropagation(target: FileName, propagation: MountPropagation, options?: { readonly recursive?: boolean }): void
  /** The mounts that a process sees. */
  list(pid?: number | 'self'): MountInfo[]
  isMountPoint(path: string): boolean
}

const MS_REMOUNT_BIND = 0x1020
const OPEN_TREE_CLONE = 1
const MOVE_MOUNT_F_EMPTY_PATH = 4
const MOUNT_ATTR_IDMAP = 0x100000n

const attributeBits: Readonly<Record<MountAttribute, bigint>> = {
  ro: 0x1n,
  nosuid: 0x2n,
  nodev: 0x4n,
  noexec: 0x8n,
  noatime: 0x10n,
  nodiratime: 0x80n,
  nosymfollow: 0x200000n
}
const ATIME_MASK = 0x70n

/** `struct mount_attr`: four u64, the same on every architecture. */
const mountAttr = (attributes: readonly MountAttribute[], idmap?: number): BigUint64Array => {
  const set = attributes.reduce((bits, attribute) => bits | attributeBits[attribute], 0n)
  const clear = attributes.includes('noatime') ? ATIME_MASK : 0n
  return idmap === undefined
    ? BigUint64Array.of(set, clear, 0n, 0n)
    : BigUint64Array.of(set | MOUNT_ATTR_IDMAP, clear, 0n, BigInt(idmap))
}

/** `libc` makes the calls of every group. */
export const mountCalls = (libc: Libc): MountCalls => {
  const { syscall } = archOf()
  const mount = (request: MountRequest, bits: number) => {
    const { source = 'none', target, type = null, data = null } = request
    const dataText = data === null ? null : cstring(data)
    libc.check(libc.mount(cstring(source), cstring(target), type, BigInt(bits), dataText), 'mount', target)
  }
  const unmount = (target: FileName, { detach = false, force = false, noFollow = true }: UnmountOptions = {}) => {
    const flags = (force ? 1 : 0) | (detach ? 2 : 0) | (noFollow ? 8 : 0)
    libc.check(libc.umount2(cstring(target), flags), 'umount2', target)
  }
  const setattr = (dir: number, target: FileName, flags: number, attr: BigUint64Array, subject = target) => {
    const bytes = new Uint8Array(attr.buffer)
    libc.invoke(syscall.mountSetattr, 'mount_setattr', subject, dir, cstring(target), flags, bytes, bytes.length)
  }
  const remount = (target: FileName, attributes: readonly MountAttribute[]) => {
    const current = mountOf(readMountInfo(), target.toString())?.options.filter(isMountFlag) ?? []
    mount({ target }, MS_REMOUNT_BIND | mountFlagBits([...current, ...attributes]))
  }
  const setAttributes: MountCalls['setAttributes'] = (target, attributes, { recursive = false } = {}) => {
    try {
      setattr(AT_FDCWD, target, recursive ? AT_RECURSIVE : 0, mountAttr(attributes))
    } catch (error) {
      // Before Linux 5.12 a remount does the same for one mount.
      if (errorCode(error) !== 'ENOSYS' || recursive) throw error
      remount(target, attributes)
    }
  }
  const bindDetached = ({ source, target, recursive = false, attributes = [], idmap }: BindRequest) => {
    const depth = recursive ? AT_RECURSIVE : 0
    const tree = libc.invoke(
      syscall.openTree,
      'open_tree',
      source,
      AT_FDCWD,
      cstring(source),
      OPEN_TREE_CLONE | O_CLOEXEC | depth
    )
    try {
      setattr(tree, '', AT_EMPTY_PATH | depth, mountAttr(attributes, idmap), source)
      libc.invoke(syscall.moveMount, 'move_mount', target, tree, '', AT_FDCWD, cstring(target), MOVE_MOUNT_F_EMPTY_PATH)
    } finally {
      libc.close(tree)
    }
  }
  const bindThenSet = ({ source, target, recursive = false, attributes = [] }: BindRequest) => {
    mount({ source, target }, mountFlagBits([recursive ? 'rbind' : 'bind']))
    if (attributes.length === 0) return
    try {
      setAttributes(target, attributes, { recursive })
    } catch (error) {
      unmount(target, { detach: true })
      throw error
    }
  }
  const bind = (request: BindRequest) => {
    const plain = (request.attributes?.length ?? 0) === 0 && request.idmap === undefined
    if (plain) return bindThenSet(request)
    try {
      bindDetached(request)
    } catch (error) {
      if (errorCode(error) !== 'ENOSYS' || request.idmap !== undefined) throw error
      bindThenSet(request)
    }
  }
  return {
    mount: (request) => mount(request, mountFlagBits(request.flags ?? [])),
    unmount,
    bind,
    setAttributes,
    setPropagation: (target, propagation, { recursive = false } = {}) =>
      mount({ target }, propagationFlag(propagation) | (recursive ? mountFlagBits(['rec']) : 0)),
    list: readMountInfo,
    isMountPoint: (path) => readMountInfo().some(({ mountPoint }) => mountPoint === path)
  }
}
