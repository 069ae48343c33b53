import type { InputStream } from '../stdio.ts'

/** Sends every key as it is typed, until disposed. Restores what was set before; nothing happens without a terminal. */
export function rawMode(stdin: InputStream): Disposable {
  if (stdin.isTTY !== true || stdin.setRawMode === undefined) return { [Symbol.dispose]() {} }
  const before = stdin.isRaw ?? false
  const set = (raw: boolean): void => {
    stdin.setRawMode!(raw)
  }
  set(true)
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
