import { SpecError } from '../spec-error.ts'
import type { NamespaceChoice, SpecInput } from './input.ts'
import type { NamespaceType, SpecNamespace } from './linux.ts'

const order: readonly Exclude<NamespaceType, 'time'>[] = ['user', 'pid', 'network', 'ipc', 'uts', 'mount', 'cgroup']

/** The choice for one namespace: `private`, except the user namespace, which is the host's. */
export function namespaceChoice(
  input: Pick<SpecInput, 'namespaces'>,
  type: Exclude<NamespaceType, 'time'>
): NamespaceChoice {
  return input.namespaces?.[type] ?? (type === 'user' ? 'host' : 'private')
}

/** True when the container shares this namespace with the engine. */
export function sharesHost(input: Pick<SpecInput, 'namespaces'>, type: Exclude<NamespaceType, 'time'>): boolean {
  return namespaceChoice(input, type) === 'host'
}

/**
 * The namespaces of `config.json`; the host's are those that are not listed.
 *
 * @throws SpecError when the mount namespace is the host's, or id mappings and user namespace do not go together.
 */
export function buildNamespaces(
  input: Pick<SpecInput, 'namespaces' | 'uidMappings' | 'gidMappings'>
): readonly SpecNamespace[] {
  if (sharesHost(input, 'mount')) {
    throw new SpecError('a container needs a mount namespace of its own', '/linux/namespaces')
  }
  const mapped = Boolean(input.uidMappings?.length) && Boolean(input.gidMappings?.length)
  if (namespaceChoice(input, 'user') === 'private' && !mapped) {
    throw new SpecError('a new user namespace needs uid and gid mappings', '/linux/uidMappings')
  }
  if (sharesHost(input, 'user') && (input.uidMappings?.length || input.gidMappings?.length)) {
    throw new SpecError('uid and gid mappings need a user namespace', '/linux/uidMappings')
  }
  return order.flatMap((type) => {
    const choice = namespaceChoice(input, type)
    if (choice === 'host') return []
    if (choice === 'private') return [{ type }]
    if (!choice.path.startsWith('/'))
      throw new SpecError(`namespace path ${choice.path} is not absolute`, '/linux/namespaces')
    return [{ type, path: choice.path }]
  })
}
