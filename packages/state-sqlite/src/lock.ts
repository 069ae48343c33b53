import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { EngineError, type CallOptions, type Lock } from '@runcible/interface'
import type { FileLock, Linux } from '@runcible/linux'
import { hostError } from './database.ts'
import { makeFolder } from './folder.ts'

export interface FileLocks {
  acquire(name: string, options?: CallOptions): Promise<Lock>
  isHeld(name: string): boolean
}

/** The file of one lock. */
export const lockPath = (directory: string, name: string): string => join(directory, `${encodeURIComponent(name)}.lock`)

/**
 * Kernel locks by name, one file each, in `directory`. A lock is gone with its holder, however that ends. The file is
 * removed at release, so that the directory holds just what is locked now.
 */
export function fileLocks(directory: string, linux: Pick<Linux, 'lock'>): FileLocks {
  const pathOf = (name: string) => lockPath(directory, name)

  return {
    async acquire(name, { signal } = {}) {
      const path = pathOf(name)
      try {
        makeFolder(directory)
        const held = await linux.lock.lock(path, signal ? { signal } : {})
        return { path, [Symbol.asyncDispose]: async () => release(held) }
      } catch (error) {
        if (signal?.aborted)
          throw new EngineError('aborted', `stopped waiting for the lock of ${name}`, { cause: error })
        throw hostError(error, `cannot lock ${name} in ${directory}`)
      }
    },
    isHeld(name) {
      const path = pathOf(name)
      if (statSync(path, { throwIfNoEntry: false }) === undefined) return false
      const held = linux.lock.tryLock(path)
      if (held !== undefined) release(held)
      return held === undefined
    }
  }
}

// Removed while still locked: whoever waits on the removed file notices that and opens the path again.
function release(lock: FileLock): void {
  try {
    rmSync(lock.path, { force: true })
  } finally {
    lock.release()
  }
}
