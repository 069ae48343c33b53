import { readFileSync } from 'node:fs'
import { EngineError } from '@runcible/interface'

/** A file that a user named. */
export function readInput(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    const missing = code === 'ENOENT' || code === 'ENOTDIR'
    throw new EngineError(missing ? 'not-found' : 'invalid-argument', `cannot read ${path}: ${code}`, { cause: error })
  }
}
