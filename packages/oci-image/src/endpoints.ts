import { EngineError } from '@runcible/interface'
import type { OciImageStoreInit, RegistryRule } from './init.ts'
import { formatReference, normalizeReference, type QualifiedReference, repositoryName } from './reference.ts'

/** Where a repository is found. */
export interface Endpoint {
  readonly registry: string
  readonly repository: string
  /** Plain http and any certificate are allowed. */
  readonly insecure: boolean
  readonly isMirror: boolean
}

/**
 * The places to pull from, in order: mirrors, then the registry itself or what the configuration put in its place.
 *
 * @throws EngineError `permission-denied` for a blocked registry.
 */
export function pullEndpoints(
  init: OciImageStoreInit,
  reference: QualifiedReference
): readonly [Endpoint, ...Endpoint[]] {
  const rule = allowedRule(init, reference)
  const byDigest = reference.digest !== undefined
  const mirrors = (rule?.mirrors ?? []).filter(
    ({ pullFrom }) => pullFrom === 'all' || (pullFrom === 'digest-only') === byDigest
  )
  const place = (location: string, insecure: boolean, isMirror: boolean): Endpoint => {
    const { registry, repository } = moved(reference, rule?.prefix ?? '', location)
    return { registry, repository, insecure: insecure || isInsecure(init, registry), isMirror }
  }
  const own = place(rule?.location ?? '', rule?.insecure ?? false, false)
  const [first = own, ...rest] = mirrors.map(({ location, insecure }) => place(location, insecure, true))
  return first === own ? [own] : [first, ...rest, own]
}

/** The place to push to: mirrors and replaced locations are for pulls. */
export function pushEndpoint(init: OciImageStoreInit, reference: QualifiedReference): Endpoint {
  const { registry, repository } = reference
  const insecure = (allowedRule(init, reference)?.insecure ?? false) || isInsecure(init, registry)
  return { registry, repository, insecure, isMirror: false }
}

function allowedRule(init: OciImageStoreInit, reference: QualifiedReference): RegistryRule | undefined {
  const name = formatReference(reference)
  const rule = init.registries?.rule?.(name)
  if (rule?.blocked !== true) return rule
  throw new EngineError('permission-denied', `${rule.prefix} is blocked by the configuration of registries`, {
    subject: { kind: 'image', name },
    hint: 'look for "blocked = true" in registries.conf and registries.conf.d'
  })
}

function moved(reference: QualifiedReference, prefix: string, location: string): QualifiedReference {
  const name = repositoryName(reference)
  if (location === '' || location === prefix) return reference
  // A wildcard stands for the whole host, with its port.
  const length = prefix.startsWith('*.') ? reference.registry.length : prefix.length
  const [registry = '', ...path] = `${location}${name.slice(length)}`.split('/')
  return normalizeReference({ ...reference, registry, repository: path.join('/') })
}

function isInsecure({ registries }: OciImageStoreInit, registry: string): boolean {
  const insecure = registries?.insecure ?? []
  return typeof insecure === 'function' ? insecure(registry) : insecure.includes(registry)
}
