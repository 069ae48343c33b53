import { realpathSync } from 'node:fs'
import type { PolicyRequirements, TrustPolicy } from '@runcible/interface'
import { formatReference, type QualifiedReference, repositoryName } from '../reference.ts'
import type { ImageSource } from '../transport/image-source.ts'

export interface PolicyRule {
  /** Where it stands, for messages: `transports.docker["quay.io/x"]`. */
  readonly name: string
  readonly requirements: PolicyRequirements
}

/** What a policy says about images of a source: the most specific scope, the transport's default, or the default. */
export function findRule(
  policy: TrustPolicy,
  source: Pick<ImageSource, 'transport' | 'name' | 'reference'>
): PolicyRule {
  const scopes = policy.transports.get(source.transport)
  for (const scope of [...scopesOf(source), '']) {
    const requirements = scopes?.get(scope)
    if (requirements !== undefined)
      return { name: `transports.${source.transport}[${JSON.stringify(scope)}]`, requirements }
  }
  return { name: 'default', requirements: policy.default }
}

/** From the most specific to the most general; without the transport's default. */
function scopesOf({
  transport,
  name,
  reference
}: Pick<ImageSource, 'transport' | 'name' | 'reference'>): readonly string[] {
  // An id at a Docker daemon has only the transport's default: it does not say what the image is called.
  if (transport === 'docker' || transport === 'docker-daemon')
    return reference === undefined ? [] : referenceScopes(reference)
  if (transport === 'dir' || transport === 'oci' || transport === 'oci-archive')
    return pathScopes(pathOf(transport, name))
  // Archives of several images and local names have only the transport's default.
  return []
}

/** The reference itself, its repository, the namespaces above, the host, and `*.` with ever less of the host. */
export function referenceScopes(reference: QualifiedReference): readonly string[] {
  const scopes = [formatReference(reference)]
  const parts = repositoryName(reference).split('/')
  for (let length = parts.length; length > 0; length--) scopes.push(parts.slice(0, length).join('/'))
  const labels = reference.registry.replace(/:\d+$/, '').split('.')
  for (let from = 1; from < labels.length; from++) scopes.push(`*.${labels.slice(from).join('.')}`)
  return scopes
}

/** A path and all directories above it but the root. */
function pathScopes(path: string): readonly string[] {
  const scopes: string[] = []
  for (let rest = path; rest !== '' && rest !== '/'; rest = rest.slice(0, rest.lastIndexOf('/'))) scopes.push(rest)
  return scopes
}

/** The real path in a name such as `oci:/path:tag`: a link must not lend its own place's rule to what it leads to. */
function pathOf(transport: string, name: string): string {
  const rest = name.slice(transport.length + 1)
  const path = transport === 'dir' ? rest : rest.split(':', 1)[0]!
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
