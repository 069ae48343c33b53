import { EngineError, type Factory, type Mount, type Rootfs, type RootfsAccess } from '@runcible/interface'
import { createLinux, errorCode, mountTree, openFlags, unmountTree } from '@runcible/linux'
import { mkdirSync, rmdirSync, statSync } from 'node:fs'
import { throwIfAborted, toEngineError } from '../errors.ts'
import { readonlyMount } from '../layer/readonly-mount.ts'
import { mountPrivately, type MountLinux } from '../mounted-root.ts'
import { openRootfs } from './open-rootfs.ts'

export interface RootfsAccessInit {
  /** Directory for short-lived mount points; made with mode 0700 when missing. */
  readonly tmp: string
  /** By default the real kernel. */
  readonly linux?: MountLinux
}

const ROOT = openFlags(['read', 'directory'])

/** Opens root file systems at rest by mounting them for a moment, live ones through a process. */
export const rootfsAccess =
  ({ tmp, linux = createLinux() }: RootfsAccessInit): Factory<never, RootfsAccess> =>
  () => {
    const { fs } = linux
    const byMounts = (mounts: readonly Mount[], readonly: boolean): Rootfs => {
      const mounted = mountPrivately(linux, tmp, readonly ? mounts.map(readonlyMount) : mounts)
      return openRootfs({ fs, rootFd: mounted.fd, dispose: () => mounted[Symbol.dispose]() })
    }
    const byProcess = (pid: number): Rootfs => {
      try {
        const rootFd = fs.openAt(fs.cwd, `/proc/${pid}/root`, ROOT)
        return openRootfs({ fs, rootFd, dispose: () => fs.close(rootFd) })
      } catch (error) {
        if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'ESRCH') throw error
        throw new EngineError('failed-precondition', `process ${pid} is not running`, { cause: error })
      }
    }
    return {
      open: async (source, { signal, readonly = false } = {}) => {
        throwIfAborted(signal, 'opening a root file system')
        try {
          return 'pid' in source ? byProcess(source.pid) : byMounts(source.mounts, readonly)
        } catch (error) {
          throw toEngineError(error, 'opening the root file system')
        }
      },
      async mountAt(mounts, target) {
        try {
          mkdirSync(target, { recursive: true, mode: 0o700 })
          mountTree(linux, target, mounts)
        } catch (error) {
          throw toEngineError(error, `mounting ${target}`)
        }
      },
      async unmountAt(target) {
        try {
          unmountTree(linux, target)
          if (statSync(target, { throwIfNoEntry: false }) !== undefined) rmdirSync(target)
        } catch (error) {
          throw toEngineError(error, `unmounting ${target}`)
        }
      },
      isMountedAt: (target) => linux.mount.isMountPoint(target)
    }
  }
