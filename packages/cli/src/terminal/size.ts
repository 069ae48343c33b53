import type { TerminalSize } from '@runcible/interface'
import type { OutputStream } from '../stdio.ts'

/** The size of the terminal behind a stream, if it is one and knows it. */
export function terminalSize({ isTTY, rows, columns }: OutputStream): TerminalSize | undefined {
  if (isTTY !== true || rows === undefined || columns === undefined || rows === 0 || columns === 0) return undefined
  return { rows, columns }
}

/** Passes every change of size on, until disposed. */
export function followSize(stream: OutputStream, resize: (size: TerminalSize) => Promise<void>): Disposable {
  const listener = (): void => {
    const size = terminalSize(stream)
    // The process may have ended meanwhile; its size matters to nobody then.
    if (size !== undefined) resize(size).catch(() => {})
  }
  stream.on('resize', listener)
  return {
    [Symbol.dispose]() {
      stream.off('resize', listener)
    }
  }
}
