import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EngineError } from '@runcible/interface'
import { homeOf, unreadable, userDirectory, type Surroundings } from './config-files.ts'

/** Files that say which images are believed. None of them has to exist. */
export interface TrustPaths {
  /** policy.json, in the order to look: the first that exists counts. */
  readonly policies: readonly string[]
  /** Where a policy.json is made when there is none: the administrator's for root. */
  readonly newPolicy: string
  /** registries.d, in the order to look: the first that exists counts. */
  readonly registriesDirectories: readonly string[]
  /** Directory for signatures that no file says a place for. */
  readonly signatureDirectory: string
}

/** The user's files come before the system's, also for root: containers-policy.json(5), containers-registries.d(5). */
export function trustPaths(surroundings: Surroundings): TrustPaths {
  const own = userDirectory(surroundings)
  const folders = [...(own === undefined ? [] : [own]), ...surroundings.systemDirectories.toReversed()]
  const first = surroundings.uid === 0 ? surroundings.systemDirectories.at(-1) : own
  return {
    newPolicy: join(first ?? '/etc/containers', 'policy.json'),
    policies: folders.map((folder) => join(folder, 'policy.json')),
    registriesDirectories: folders.map((folder) => join(folder, 'registries.d')),
    signatureDirectory:
      surroundings.uid === 0
        ? '/var/lib/containers/sigstore'
        : join(homeOf(surroundings) ?? '/', '.local/share/containers/sigstore')
  }
}

export interface PolicyText {
  readonly file: string
  readonly text: string
}

/** The text of the first of these files that exists. */
export function findPolicy(files: readonly string[]): PolicyText | undefined {
  for (const file of files) {
    try {
      return { file, text: readFileSync(file, 'utf8') }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw unreadable(file, error)
    }
  }
  return undefined
}

/** The text of the file that a user named. `not-found` when it is not there. */
export function openPolicy(file: string): PolicyText {
  const found = findPolicy([file])
  if (found !== undefined) return found
  throw new EngineError('not-found', `there is no signature policy ${file}`, { hint: 'name an existing policy.json' })
}
