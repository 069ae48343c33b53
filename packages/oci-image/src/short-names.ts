import { EngineError } from '@runcible/interface'
import type { ShortNames } from './init.ts'
import {
  dockerHub,
  formatReference,
  normalizeReference,
  parseReference,
  type QualifiedReference,
  type Reference
} from './reference.ts'

const imageId = /^[0-9a-f]{64}$/

/**
 * What a name may mean at a registry, in the order to try. A qualified name means one thing, and so does a short one with
 * an alias; another short one stands for one candidate per unqualified-search registry.
 *
 * @throws EngineError `invalid-argument`, also for a short name when there is no registry to search.
 */
export function registryCandidates(text: string, short: () => ShortNames): readonly QualifiedReference[] {
  const parsed = parseReference(text)
  if (parsed.registry !== undefined) return [normalizeReference(parsed)]
  if (imageId.test(parsed.repository)) {
    throw new EngineError(
      'invalid-argument',
      `${parsed.repository.slice(0, 12)}… is an image id: a registry needs a name`,
      {
        hint: 'write it as [registry/]repository[:tag]'
      }
    )
  }
  const names = short()
  const alias = aliasOf(parsed, names)
  if (alias !== undefined) return [alias]
  if (names.search.length === 0) {
    throw new EngineError(
      'invalid-argument',
      `the short name ${text} says no registry and none is configured for searching`,
      {
        hint: `write docker.io/${text}, or set unqualified-search-registries in registries.conf`
      }
    )
  }
  const candidates = names.search.map((registry) => normalizeReference(parsed, { registry }))
  if (names.mode !== 'enforcing' || candidates.length === 1) return candidates
  const meanings = candidates.map((candidate) => formatReference(candidate))
  throw new EngineError(
    'invalid-argument',
    `the short name ${text} may mean ${meanings.join(' or ')}, and short-name-mode is enforcing`,
    { hint: `write one of them, or set an alias in registries.conf: [aliases] "${parsed.repository}" = "…"` }
  )
}

/** The names that a person has to choose from; empty where there is no choice. */
export function shortNameChoices(text: string, short: () => ShortNames): readonly string[] {
  const parsed = parseReference(text)
  if (parsed.registry !== undefined || imageId.test(parsed.repository)) return []
  const names = short()
  if (names.mode === 'disabled' || names.search.length < 2 || aliasOf(parsed, names) !== undefined) return []
  return names.search.map((registry) => formatReference(normalizeReference(parsed, { registry })))
}

function aliasOf(parsed: Reference, { aliases = {} }: ShortNames): QualifiedReference | undefined {
  const name = Object.hasOwn(aliases, parsed.repository) ? aliases[parsed.repository] : undefined
  if (name === undefined) return undefined
  const { registry, repository } = parseReference(name)
  return normalizeReference({ ...parsed, registry, repository })
}

/** What a name may mean among the images that are here: as above, and a locally made `localhost/name` before the rest. */
export function localCandidates(text: string, short: () => ShortNames): readonly QualifiedReference[] {
  const parsed = parseReference(text)
  if (parsed.registry !== undefined) return [normalizeReference(parsed)]
  const names = short()
  const alias = aliasOf(parsed, names)
  const found = ['localhost', ...names.search, ...(names.search.includes(dockerHub) ? [] : [dockerHub])].map(
    (registry) => normalizeReference(parsed, { registry })
  )
  return alias === undefined ? found : [found[0] as QualifiedReference, alias, ...found.slice(1)]
}

/** A name that the user gives to an image here: a short one belongs to `localhost`. */
export function localName(text: string): QualifiedReference {
  const parsed = parseReference(text)
  if (parsed.digest !== undefined) {
    throw new EngineError('invalid-argument', `${text} has a digest: an image cannot be tagged with one`, {
      hint: 'leave out the part from "@" on'
    })
  }
  return normalizeReference(parsed, { registry: 'localhost' })
}
