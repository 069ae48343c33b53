import { spawnSync } from 'node:child_process'
import type { InputStream } from '../stdio.ts'

/** Sends every key as it is typed, until disposed. Restores what was set before; nothing happens without a terminal. */
export function rawMode(stdin: InputStream): Disposable {
  if (stdin.isTTY !== true || stdin.setRawMode === undefined) return { [Symbol.dispose]() {} }
  const before = stdin.isRaw ?? false
  const set = (raw: boolean): void => {
    stdin.setRawMode!(raw)
  }
  set(true)
  if (stdin.fd !== undefined) stopOutputProcessing(stdin.fd)
  // Whatever ends this process, the shell gets its terminal back.
  const restore = (): void => set(before)
  process.once('exit', restore)
  return {
    [Symbol.dispose]() {
      process.off('exit', restore)
      restore()
    }
  }
}

/**
 * Node's raw mode still turns each line feed that we write into two characters, which would move the cursor of a full-screen
 * program. Without stty(1) it stays so. Leaving raw mode brings back everything.
 */
function stopOutputProcessing(fd: number): void {
  spawnSync('stty', ['-opost'], { stdio: [fd, 'ignore', 'ignore'], timeout: 1000 })
}
