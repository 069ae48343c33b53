import { posix } from 'node:path'
import { EngineError } from '@runcible/interface'
import { type PathEnding, pathEnding } from './endpoint.ts'

export interface SourceFacts extends PathEnding {
  readonly directory: boolean
}

export interface TargetFacts {
  /** As written. */
  readonly path: string
  readonly kind: 'directory' | 'other' | 'absent'
  /** Whether the directory that would hold it exists. */
  readonly parentExists: boolean
  /** For messages. */
  readonly place: string
}

/** Where an archive is unpacked, and what its first component becomes there. */
export interface CopyPlan {
  readonly into: string
  /** `.` puts the content right into `into`. */
  readonly as: string
}

/** What a copy means, by the rules of `docker cp`. @throws EngineError `invalid-argument`, `not-found` */
export function planCopy(source: SourceFacts, target: TargetFacts): CopyPlan {
  const { path, kind, place } = target
  const { slash, name } = pathEnding(path)
  if (kind === 'directory') return { into: path, as: source.content ? '.' : source.name }
  if (kind === 'other') {
    if (source.directory)
      throw new EngineError(
        'invalid-argument',
        `"${path}" on ${place} is a file: a directory can only be copied to a directory`
      )
    if (slash) throw new EngineError('invalid-argument', `"${path}" on ${place} is not a directory`)
  }
  const missing = kind === 'absent' && (!target.parentExists || (slash && !source.directory))
  if (missing)
    throw new EngineError('not-found', `"${path}" could not be found on ${place}`, { hint: 'make the directory first' })
  return { into: posix.dirname(path.replace(/\/+\.?$/, '')), as: name }
}
