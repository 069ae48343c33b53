import type { SignedIdentity } from '@runcible/interface'
import {
  formatReference,
  normalizeReference,
  parseReference,
  type QualifiedReference,
  repositoryName
} from '../reference.ts'

interface Named {
  readonly repository: string
  /** With tag or digest; undefined for a mere repository. */
  readonly whole: string | undefined
  readonly byDigest: boolean
}

/**
 * Why a signature's claim to be for `claimed` does not count for the image that goes by `reference`, or undefined when
 * it does: `signedIdentity` of containers-policy.json(5).
 */
export function identityMismatch(
  identity: SignedIdentity,
  claimed: string,
  reference: QualifiedReference | undefined
): string | undefined {
  const signed = named(claimed)
  if (signed === undefined) return `it is for ${JSON.stringify(claimed.slice(0, 200))}, which is not an image name`
  const wanted = wantedName(identity, reference)
  if (typeof wanted === 'string') return wanted
  const { type } = identity
  const wholeRepository =
    type === 'matchRepository' ||
    type === 'exactRepository' ||
    (wanted.byDigest && (type === 'matchRepoDigestOrExact' || type === 'remapIdentity'))
  // A mere repository as claim counts only where the tag is nobody's business.
  const claimsTag = signed.whole !== undefined || type === 'matchRepository' || type === 'exactRepository'
  const matches =
    claimsTag && (wholeRepository ? signed.repository === wanted.repository : signed.whole === wanted.whole)
  if (matches) return undefined
  if (!claimsTag && signed.repository === wanted.repository)
    return `it is for ${claimed} without a tag, and counts only with the signedIdentity matchRepository or exactRepository`
  return `it is for ${claimed}, not for ${wholeRepository ? wanted.repository : wanted.whole}`
}

function wantedName(identity: SignedIdentity, reference: QualifiedReference | undefined): Named | string {
  if (identity.type === 'exactReference')
    return named(identity.dockerReference) ?? `the policy wants ${identity.dockerReference}, which is not an image name`
  if (identity.type === 'exactRepository')
    return (
      named(identity.dockerRepository) ?? `the policy wants ${identity.dockerRepository}, which is not an image name`
    )
  if (reference === undefined)
    return `the image has no name to compare with; the policy needs exactReference or exactRepository`
  const own = nameOf(reference)
  return identity.type === 'remapIdentity' ? remapped(own, identity) : own
}

function remapped(
  own: Named,
  { prefix, signedPrefix }: SignedIdentity & { readonly type: 'remapIdentity' }
): Named | string {
  if (own.repository !== prefix && !own.repository.startsWith(`${prefix}/`)) return own
  const text = signedPrefix + (own.whole ?? own.repository).slice(prefix.length)
  return named(text) ?? `the policy maps its name to ${text}, which is not an image name`
}

function named(text: string): Named | undefined {
  try {
    const parsed = parseReference(text)
    const full = normalizeReference(parsed)
    if (parsed.tag !== undefined || parsed.digest !== undefined) return nameOf(full)
    return { repository: repositoryName(full), whole: undefined, byDigest: false }
  } catch {
    return undefined
  }
}

const nameOf = (reference: QualifiedReference): Named => ({
  repository: repositoryName(reference),
  whole: formatReference(reference),
  byDigest: reference.digest !== undefined
})
