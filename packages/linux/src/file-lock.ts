import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs'
import type { Libc } from './libc.ts'

export type LockMode = 'exclusive' | 'shared'

export interface LockOptions {
  /** Default `exclusive`. */
  readonly mode?: LockMode
  /** Permissions of the lock file when it is created. Default 0600. */
  readonly fileMode?: number
}

/** A lock held until it is released or the process ends, however it ends. */
export interface FileLock extends Disposable, AsyncDisposable {
  readonly path: string
  /** The descriptor that carries the lock; a child that inherits it shares the lock. */
  readonly fd: number
  /** Releases the lock; further calls do nothing. */
  release(): void
}

/** Advisory locks on files with flock(2): tied to the open file, so two locks of one process exclude each other too. */
export interface LockCalls {
  /** The lock, or undefined when another holder has it. The file is created when missing. */
  tryLock(path: string, options?: LockOptions): FileLock | undefined
  /** Waits for the lock without blocking the event loop, asking again after growing delays of 1 to 50 ms. */
  lock(path: string, options?: LockOptions & { readonly signal?: AbortSignal }): Promise<FileLock>
}

const LOCK = { shared: 1, exclusive: 2 } as const
const LOCK_NB = 4
const FIRST_DELAY_MS = 1
const LONGEST_DELAY_MS = 50

/** Whether the locked file is still the one that others will open: a lock file may be deleted by its holder. */
const isCurrent = (fd: number, path: string): boolean => {
  const held = fstatSync(fd, { bigint: true })
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found !== undefined && found.ino === held.ino && found.dev === held.dev
}

const fileLock = (fd: number, path: string): FileLock => {
  let open = true
  const release = () => {
    if (open) closeSync(fd)
    open = false
  }
  return { path, fd, release, [Symbol.dispose]: release, [Symbol.asyncDispose]: async () => release() }
}

export const lockCalls = (libc: Libc): LockCalls => {
  const flock = (fd: number, operation: number, path: string): boolean => {
    while (libc.flock(fd, operation) === -1) {
      const error = libc.error('flock', path)
      if (error.code === 'EAGAIN') return false
      if (error.code !== 'EINTR') throw error
    }
    return true
  }
  const tryLock = (path: string, { mode = 'exclusive', fileMode = 0o600 }: LockOptions = {}): FileLock | undefined => {
    for (;;) {
      const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, fileMode)
      try {
        if (!flock(fd, LOCK[mode] | LOCK_NB, path)) {
          closeSync(fd)
          return undefined
        }
        if (isCurrent(fd, path)) return fileLock(fd, path)
      } catch (error) {
        closeSync(fd)
        throw error
      }
      closeSync(fd)
    }
  }
  const lock: LockCalls['lock'] = async (path, { signal, ...options } = {}) => {
    for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
      signal?.throwIfAborted()
      const held = tryLock(path, options)
      if (held !== undefined) return held
      // Spread, so that waiters do not ask in step.
      const { setTimeout: sleep } = process.getBuiltinModule('node:timers/promises')
      await sleep(delay * (0.5 + Math.random()), undefined, signal === undefined ? {} : { signal })
    }
  }
  return { tryLock, lock }
}
