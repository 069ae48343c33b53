import { mkdirSync, watch, type FSWatcher } from 'node:fs'
import { dirname } from 'node:path'

/** Without inotify to spare, how often to look, in milliseconds. */
const POLL_MS = 250

/** Changes of the directory of a file, so that it is seen to grow, be replaced, or appear. */
export interface Changes extends Disposable {
  /** Resolves at the next change, or at once when there was one since the last call. */
  next(): Promise<void>
  /** Makes a pending `next` resolve. */
  wake(): void
}

export const watchChanges = (path: string): Changes => {
  let changed = false
  let waiting: (() => void) | undefined
  const wake = () => {
    changed = true
    waiting?.()
  }
  let watcher: FSWatcher | undefined
  let timer: NodeJS.Timeout | undefined
  const poll = () => (timer ??= setInterval(wake, POLL_MS))
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    watcher = watch(dirname(path), wake)
    watcher.on('error', poll)
  } catch {
    poll()
  }
  return {
    wake,
    next: async () => {
      if (!changed) await new Promise<void>((resolve) => (waiting = resolve))
      changed = false
      waiting = undefined
    },
    [Symbol.dispose]: () => {
      watcher?.close()
      clearInterval(timer)
    }
  }
}
