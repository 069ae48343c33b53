import { join } from 'node:path'
import { homeOf, userDirectory, type Surroundings } from './config-files.ts'

/** Files that say which images are believed. None of them has to exist. */
export interface TrustPaths {
  /** policy.json, in the order to look: the first that exists counts. */
  readonly policies: readonly string[]
  /** registries.d, in the order to look: the first that exists counts. */
  readonly registriesDirectories: readonly string[]
  /** Directory for signatures that no file says a place for. */
  readonly signatureDirectory: string
}

/** The user's files come before the system's, also for root: containers-policy.json(5), containers-registries.d(5). */
export function trustPaths(surroundings: Surroundings): TrustPaths {
  const own = userDirectory(surroundings)
  const folders = [...(own === undefined ? [] : [own]), ...surroundings.systemDirectories.toReversed()]
  return {
    policies: folders.map((folder) => join(folder, 'policy.json')),
    registriesDirectories: folders.map((folder) => join(folder, 'registries.d')),
    signatureDirectory:
      surroundings.uid === 0
        ? '/var/lib/containers/sigstore'
        : join(homeOf(surroundings) ?? '/', '.local/share/containers/sigstore')
  }
}
