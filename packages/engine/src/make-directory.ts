import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { EngineError, type ErrorCode } from '@runcible/interface'

const codes: Readonly<Partial<Record<string, ErrorCode>>> = {
  EACCES: 'permission-denied',
  EPERM: 'permission-denied',
  EROFS: 'permission-denied',
  ENOSPC: 'exhausted',
  EDQUOT: 'exhausted',
  EEXIST: 'invalid-argument',
  ENOTDIR: 'invalid-argument'
}

/**
 * Makes one of the engine's own directories, with its parents, for its user alone.
 *
 * @throws EngineError `permission-denied`, `exhausted`, `invalid-argument` (something else is at the path), `unavailable`
 */
export function makeDirectory(path: string): void {
  try {
    makeWithParents(path)
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    throw new EngineError(codes[code] ?? 'unavailable', `the directory ${path} cannot be made: ${message}`, {
      subject: { kind: 'host', name: path },
      hint: hintFor(code),
      cause: error
    })
  }
}

/** Not `recursive`: that tries for ever where the kernel says ENOENT below a directory that exists, as in /proc. */
function makeWithParents(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return
  const parent = dirname(path)
  if (parent !== path) makeWithParents(parent)
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    const made = (error as NodeJS.ErrnoException).code === 'EEXIST' && statSync(path).isDirectory()
    // Another process made it in the meantime.
    if (!made) throw error
  }
}

function hintFor(code: string): string {
  if ((code === 'EACCES' || code === 'EPERM') && process.geteuid?.() !== 0) return 'run it as root (sudo)'
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'free some space'
  return 'name other directories with --root and --runroot'
}
