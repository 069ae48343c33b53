import { posix } from 'node:path'
import { UsageError } from '../usage-error.ts'

/** One side of a copy. */
export type Endpoint =
  | { readonly kind: 'stream' }
  | { readonly kind: 'host'; readonly path: string }
  /** The path is absolute; what it ends in (`/`, `/.`) is kept. */
  | { readonly kind: 'container'; readonly name: string; readonly path: string }

/**
 * `NAME:PATH` is in a container, `-` is standard input or output, everything else is here. A path here that has a colon
 * is written with a slash before it.
 *
 * @throws UsageError
 */
export function parseEndpoint(text: string): Endpoint {
  if (text === '-') return { kind: 'stream' }
  const colon = text.indexOf(':')
  if (colon <= 0 || text.startsWith('.') || text.slice(0, colon).includes('/')) {
    if (text === '') throw new UsageError('a path is empty')
    return { kind: 'host', path: text }
  }
  const path = text.slice(colon + 1)
  if (path === '') throw new UsageError(`"${text}": the path in the container is missing`)
  return { kind: 'container', name: text.slice(0, colon), path: path.startsWith('/') ? path : `/${path}` }
}

/** What the end of a path says about it. */
export interface PathEnding {
  /** Last component of the clean path; empty for the root. */
  readonly name: string
  /** Ends in a slash: it must be a directory. */
  readonly slash: boolean
  /** Ends in `/.`, or is the root: the content of a directory is meant, not the directory. */
  readonly content: boolean
}

export function pathEnding(path: string): PathEnding {
  const clean = posix.normalize(path).replace(/(?<=.)\/$/, '')
  const content = path === '.' || path.endsWith('/.') || clean === '/'
  return { name: clean === '/' ? '' : posix.basename(clean), slash: path.endsWith('/'), content }
}
