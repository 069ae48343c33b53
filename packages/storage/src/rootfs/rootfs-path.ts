import { EngineError } from '@runcible/interface'
import { posix } from 'node:path'

const PATH_LIMIT = 4095

/** A path of a container as an absolute one without `.`, `..` and repeated slashes; a trailing slash stays. */
export const absolutePath = (path: string): string => {
  if (path.includes('\0')) throw new EngineError('invalid-argument', 'a path cannot contain a NUL byte')
  if (Buffer.byteLength(path) > PATH_LIMIT)
    throw new EngineError('invalid-argument', 'a path is longer than 4095 bytes')
  return posix.normalize(`/${path}`)
}

/** Without slashes at both ends; '' for the root. As a byte string. */
export const innerPath = (path: string): string =>
  Buffer.from(absolutePath(path).replaceAll(/^\/+|\/+$/g, '')).toString('latin1')

/** The last component; '/' for the root. */
export const lastName = (path: string): string => posix.basename(absolutePath(path)) || '/'

/** Whether the path asks for what is in a directory rather than for the directory: `dir/.`, or the root. */
export const asksForContent = (path: string): boolean =>
  path === '.' || path.endsWith('/.') || absolutePath(path) === '/'
