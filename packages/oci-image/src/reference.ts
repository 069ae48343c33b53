import { type Digest, isDigest } from '@runcible/oci-spec'
import { EngineError } from '@runcible/interface'

/** A reference as it was written: what is absent was not said. */
export interface Reference {
  /** Host with optional port; absent in a short name such as `alpine`. */
  readonly registry: string | undefined
  /** Path in the registry, lower case, without the registry. */
  readonly repository: string
  readonly tag: string | undefined
  readonly digest: Digest | undefined
}

/** A reference that names one thing in one registry. Of `name:tag@digest` only the digest counts. */
export interface QualifiedReference extends Reference {
  readonly registry: string
}

export interface ReferenceDefaults {
  /** Registry of short names; by default `docker.io`. */
  readonly registry?: string
}

export const dockerHub = 'docker.io'

// The grammar of distribution's `reference` package. Every expression is anchored and linear.
const domainLabel = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])'
const domainSyntax = new RegExp(`^(?:${domainLabel}(?:\\.${domainLabel})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]{1,5})?$`)
const pathComponent = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/
const tagSyntax = /^\w[\w.-]{0,127}$/
const longestName = 255
const longestReference = 1024

/**
 * Reads `[registry/]repository[:tag][@digest]`. Nothing is filled in; `docker://` in front is accepted.
 *
 * @throws EngineError `invalid-argument` that names the offending part.
 */
export function parseReference(text: string): Reference {
  const plain = text.startsWith('docker://') ? text.slice(9) : text
  if (plain === '') throw invalid(text, 'it is empty')
  if (plain.length > longestReference)
    throw invalid(text.slice(0, 80), `it is longer than ${longestReference} characters`)
  const [beforeDigest, digest] = splitDigest(plain, text)
  const [name, tag] = splitTag(beforeDigest, text)
  const [registry, repository] = splitDomain(name)
  if (registry !== undefined && !isDomain(registry)) throw invalid(text, `${shown(registry)} is not a registry host`)
  checkRepository(repository, text)
  if (name.length > longestName) throw invalid(text, `the name is longer than ${longestName} characters`)
  return { registry, repository, tag, digest }
}

function splitDigest(text: string, whole: string): readonly [string, Digest | undefined] {
  const at = text.indexOf('@')
  if (at < 0) return [text, undefined]
  const digest = text.slice(at + 1)
  if (!isDigest(digest)) throw invalid(whole, `${shown(digest)} is not a digest like sha256:<64 hex digits>`)
  return [text.slice(0, at), digest]
}

function splitTag(text: string, whole: string): readonly [string, string | undefined] {
  const colon = text.lastIndexOf(':')
  // A colon before the last slash belongs to a port or an IPv6 host.
  if (colon < 0 || colon < text.lastIndexOf('/')) return [text, undefined]
  const tag = text.slice(colon + 1)
  if (!tagSyntax.test(tag))
    throw invalid(whole, `${shown(tag)} is not a tag (letters, digits, "_", "." and "-", at most 128)`)
  return [text.slice(0, colon), tag]
}

// The first component is a host when it cannot be a plain repository component, or is `localhost`.
function splitDomain(name: string): readonly [string | undefined, string] {
  const slash = name.indexOf('/')
  if (slash < 0) return [undefined, name]
  const first = name.slice(0, slash)
  const isHost = /[.:[]/.test(first) || first === 'localhost' || first !== first.toLowerCase()
  return isHost ? [first, name.slice(slash + 1)] : [undefined, name]
}

function isDomain(text: string): boolean {
  if (!domainSyntax.test(text)) return false
  const port = /:(\d+)$/.exec(text.startsWith('[') ? text.slice(text.indexOf(']') + 1) : text)?.[1]
  return port === undefined || Number(port) <= 65_535
}

function checkRepository(repository: string, whole: string): void {
  for (const component of repository.split('/')) {
    if (pathComponent.test(component)) continue
    if (pathComponent.test(component.toLowerCase())) throw invalid(whole, 'the repository name must be lower case')
    throw invalid(
      whole,
      `${shown(component)} is not a repository name (lower-case letters, digits, and ".", "_", "-" between them)`
    )
  }
}

const shown = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text)

const invalid = (text: string, why: string): EngineError =>
  new EngineError('invalid-argument', `invalid image reference ${shown(text)}: ${why}`, {
    hint: 'write it as [registry/]repository[:tag][@digest]'
  })

/**
 * The reference with everything filled in: the default registry for a short name, `library/` for one word on
 * docker.io, and `latest` when there is neither tag nor digest. A tag beside a digest is dropped.
 *
 * @throws EngineError `invalid-argument`
 */
export function normalizeReference(input: string | Reference, defaults: ReferenceDefaults = {}): QualifiedReference {
  const parsed = typeof input === 'string' ? parseReference(input) : input
  const named = parsed.registry ?? defaults.registry ?? dockerHub
  const registry = named === 'index.docker.io' || named === 'registry-1.docker.io' ? dockerHub : named
  const oneWord = !parsed.repository.includes('/')
  const repository = registry === dockerHub && oneWord ? `library/${parsed.repository}` : parsed.repository
  const tag = parsed.digest === undefined ? (parsed.tag ?? 'latest') : undefined
  return { registry, repository, tag, digest: parsed.digest }
}

/** `registry/repository:tag` or `registry/repository@digest`: the key under which a name is stored. */
export function formatReference(reference: QualifiedReference): string {
  const base = repositoryName(reference)
  return reference.digest === undefined ? `${base}:${reference.tag ?? 'latest'}` : `${base}@${reference.digest}`
}

/** `registry/repository`. */
export function repositoryName(reference: Pick<QualifiedReference, 'registry' | 'repository'>): string {
  return `${reference.registry}/${reference.repository}`
}

/**
 * The short form that Docker shows: without `docker.io/`, `library/` and `:latest`.
 *
 * @throws EngineError `invalid-argument`
 */
export function familiarName(input: string | Reference): string {
  const reference = normalizeReference(input)
  const inHub = reference.registry === dockerHub
  const repository = inHub ? reference.repository.replace(/^library\/(?=[^/]+$)/, '') : repositoryName(reference)
  if (reference.digest !== undefined) return `${repository}@${reference.digest}`
  return reference.tag === 'latest' ? repository : `${repository}:${reference.tag}`
}

/** What a registry calls the version: the digest, or the tag. */
export function referenceTarget(reference: QualifiedReference): string {
  return reference.digest ?? reference.tag ?? 'latest'
}
