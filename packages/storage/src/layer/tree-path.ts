import { EngineError } from '@runcible/interface'
import { printable } from '../errors.ts'
import { shownName } from './tar-entry.ts'

/** Longest path that a program in the container could name (PATH_MAX without its NUL). */
const PATH_LIMIT = 4095

/** An archive that asks for what no layer may do. */
export const forbidden = (name: string, problem: string): EngineError =>
  new EngineError(
    'invalid-argument',
    printable(`the archive member ${JSON.stringify(shownName(name).slice(0, 200))} ${problem}`)
  )

/**
 * A member's name as a path below the root: no leading slash, no empty or `.` component; the root itself is ''.
 * A `..` is refused: no honest archiver writes one, and what it leads to would depend on links.
 */
export const memberPath = (name: string): string => {
  if (name.length > PATH_LIMIT) throw forbidden(name, 'has a name that is too long')
  if (isPlain(name)) return name
  const parts: string[] = []
  for (const part of name.split('/')) {
    if (part === '..') throw forbidden(name, 'has ".." in its name')
    if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}

const UNUSUAL = /^[/.]|\/\/|\/\.|\/$/

const isPlain = (name: string): boolean => name !== '' && !UNUSUAL.test(name)

export const parentOf = (path: string): string => {
  const slash = path.lastIndexOf('/')
  return slash === -1 ? '' : path.slice(0, slash)
}

export const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

export const join = (parent: string, name: string): string => (parent === '' ? name : `${parent}/${name}`)
