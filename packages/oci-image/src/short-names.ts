import { EngineError } from '@runcible/interface'
import { normalizeReference, parseReference, type QualifiedReference } from './reference.ts'

const imageId = /^[0-9a-f]{64}$/

/**
 * What a name may mean at a registry, in the order to try. A qualified name means one thing; a short one stands for
 * one candidate per unqualified-search registry.
 *
 * @throws EngineError `invalid-argument`, also for a short name when there is no registry to search.
 */
export function registryCandidates(text: string, search: readonly string[]): readonly QualifiedReference[] {
  const parsed = parseReference(text)
  if (parsed.registry !== undefined) return [normalizeReference(parsed)]
  if (imageId.test(parsed.repository)) {
    throw new EngineError('invalid-argument', `${parsed.repository.slice(0, 12)}… is an image id: a registry needs a name`, {
      hint: 'write it as [registry/]repository[:tag]'
    })
  }
  if (search.length === 0) {
    throw new EngineError('invalid-argument', `the short name ${text} says no registry and none is configured for searching`, {
      hint: `write docker.io/${text}, or set unqualified-search-registries in registries.conf`
    })
  }
  return search.map(registry => normalizeReference(parsed, { registry }))
}

/** What a name may mean among the images that are here: as above, and a locally made `localhost/name` before the rest. */
export function localCandidates(text: string, search: readonly string[]): readonly QualifiedReference[] {
  const parsed = parseReference(text)
  if (parsed.registry !== undefined) return [normalizeReference(parsed)]
  return ['localhost', ...search, ...(search.includes('docker.io') ? [] : ['docker.io'])].map(registry =>
    normalizeReference(parsed, { registry })
  )
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
