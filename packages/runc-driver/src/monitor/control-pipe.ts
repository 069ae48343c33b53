import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { EngineError, type TerminalSize } from '@runcible/interface'

const WINDOW_SIZE = 1
const largest = 0xffff

/**
 * Tells conmon the size of the terminal, through its control pipe.
 *
 * @throws EngineError `failed-precondition` when conmon is gone
 */
export const sendWindowSize = (path: string, { rows, columns }: TerminalSize): void => {
  if (![rows, columns].every((value) => Number.isInteger(value) && value >= 0 && value <= largest)) {
    throw new EngineError('invalid-argument', `${columns}x${rows} is not a terminal size`)
  }
  let fd: number
  try {
    // Without O_NONBLOCK the call would wait for a reader.
    fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENXIO' && code !== 'ENOENT') throw error
    throw new EngineError('failed-precondition', 'there is no running process to resize', { cause: error })
  }
  try {
    writeSync(fd, `${WINDOW_SIZE} ${rows} ${columns}\n`)
  } finally {
    closeSync(fd)
  }
}
