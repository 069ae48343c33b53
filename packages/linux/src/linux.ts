import { atomicFileCalls, type AtomicFileCalls } from './atomic-file.ts'
import { cgroupCalls, type CgroupCalls } from './cgroup.ts'
import { lockCalls, type LockCalls } from './file-lock.ts'
import { fileCalls, type FileCalls } from './files.ts'
import { openLibc } from './libc.ts'
import { mountCalls, type MountCalls } from './mount.ts'
import { namespaceCalls, type NamespaceCalls } from './namespace.ts'
import { netlinkCalls, type NetlinkCalls } from './netlink.ts'
import { processCalls, type ProcessCalls } from './process.ts'
import { socketCalls, type SocketCalls } from './socket.ts'
import { ttyCalls, type TtyCalls } from './tty.ts'

/**
 * Every call to the kernel, grouped by concern. Calls are synchronous and short unless they return a promise; what may
 * wait takes an AbortSignal and neither blocks the event loop nor occupies a thread. A failed call throws SyscallError.
 */
export interface Linux {
  readonly mount: MountCalls
  readonly namespace: NamespaceCalls
  readonly lock: LockCalls
  readonly process: ProcessCalls
  readonly fs: FileCalls
  readonly socket: SocketCalls
  readonly netlink: NetlinkCalls
  readonly tty: TtyCalls
  readonly cgroup: CgroupCalls
  readonly atomicFile: AtomicFileCalls
}

/** The real kernel. Nothing is loaded before the first call of a C function. */
export const createLinux = (): Linux => {
  const libc = openLibc()
  const mount = mountCalls(libc)
  return {
    mount,
    namespace: namespaceCalls(libc, mount),
    lock: lockCalls(libc),
    process: processCalls(libc),
    fs: fileCalls(libc),
    socket: socketCalls(libc),
    netlink: netlinkCalls(libc),
    tty: ttyCalls(libc),
    cgroup: cgroupCalls(),
    atomicFile: atomicFileCalls()
  }
}
