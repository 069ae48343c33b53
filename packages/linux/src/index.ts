/**
 * Every call to the Linux kernel that a container engine needs, behind one `Linux` interface with a recording double.
 *
 * @packageDocumentation
 */
export { createLinux, type Linux } from './linux.ts'
export { recordingLinux, type LinuxAnswers, type LinuxCall, type RecordingLinux } from './recording-linux.ts'
export type { AdoptOptions } from './adopt-socket.ts'
export { errnoName, errnoNumber, errorCode, isSyscallError, SyscallError, type SyscallFailure } from './errno.ts'
export { type CapabilitySets, parseCapabilities } from './capability.ts'
export { pathBelow, type FileName } from './name.ts'
export type { AtomicFileCalls, AtomicWriteOptions } from './atomic-file.ts'
export { cgroupLayout, parseGroups, type CgroupCalls, type CgroupLayout, type CgroupMode } from './cgroup.ts'
export type { FileLock, LockCalls, LockMode, LockOptions } from './file-lock.ts'
export type { FileCalls, FilesystemStatus, FollowOption, SpecialFile } from './files.ts'
export type { BindRequest, MountAttribute, MountCalls, MountRequest, UnmountOptions } from './mount.ts'
export {
  isMountFlag,
  parseMountOptions,
  type MountFlag,
  type MountOptions,
  type MountPropagation
} from './mount-options.ts'
export { mountTree, unmountTree, type MountEntry } from './mount-tree.ts'
export { mountOf, parseMountInfo, type MountInfo } from './mountinfo.ts'
export type { NamespaceCalls, NamespaceKind } from './namespace.ts'
export type { NetlinkCalls, NetlinkFamily, NetlinkSocket } from './netlink.ts'
export { openFlags, type OpenFlag } from './open-flags.ts'
export { removeTree } from './remove-tree.ts'
export type { ConfinedOpen, ResolveRule } from './openat2.ts'
export type { HardLimits, ProcessCalls, ProcessIdentity, Resource, ResourceLimit } from './process.ts'
export type { WaitOptions } from './readiness.ts'
export type { ListenOptions, SocketCalls, UnixListener, UnixSocketType } from './socket.ts'
export type { SpawnRequest } from './spawn.ts'
export type { FileStatus, FileType } from './stat.ts'
export type { Pty, TtyCalls, WindowSize } from './tty.ts'
export type { FdMessage } from './unix-fd.ts'
export type { XattrCalls, XattrTarget } from './xattr.ts'
