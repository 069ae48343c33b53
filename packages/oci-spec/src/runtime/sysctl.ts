import { SpecError } from '../spec-error.ts'
import type { SpecInput } from './input.ts'
import type { NamespaceType } from './linux.ts'
import { namespaceChoice, sharesHost } from './namespaces.ts'

type SysctlInput = Pick<SpecInput, 'namespaces' | 'sysctl' | 'gidMappings'>

const ipcSysctls = new Set([
  'kernel.msgmax',
  'kernel.msgmnb',
  'kernel.msgmni',
  'kernel.sem',
  'kernel.shmall',
  'kernel.shmmax',
  'kernel.shmmni',
  'kernel.shm_rmid_forced'
])

/**
 * The kernel parameters of a container: unprivileged ping and low ports in a network of its own, and those asked for.
 *
 * @throws SpecError for a parameter that has no namespace, or whose namespace is the host's.
 */
export function buildSysctl(input: SysctlInput): Readonly<Record<string, string>> {
  const entries: [string, string][] = Object.entries(input.sysctl ?? {})
  for (const [name] of entries) checkSysctl(input, name)
  const given = new Set(entries.map(([name]) => name))
  return Object.fromEntries([...defaults(input).filter(([name]) => !given.has(name)), ...entries])
}

function defaults(input: SysctlInput): readonly [string, string][] {
  const network = namespaceChoice(input, 'network')
  // A network shared with another container keeps what that one has set.
  if (network === 'host' || (network !== 'private' && network.shared === true)) return []
  const lastGid = Math.max(...(input.gidMappings ?? []).map((mapping) => mapping.containerID + mapping.size - 1), -1)
  const top = lastGid === -1 ? 2147483647 : Math.min(lastGid, 2147483647)
  return [
    ['net.ipv4.ping_group_range', `0 ${top}`],
    ['net.ipv4.ip_unprivileged_port_start', '0']
  ]
}

function checkSysctl(input: SysctlInput, name: string): void {
  const type = namespaceOf(name)
  const where = '/linux/sysctl'
  if (type === undefined)
    throw new SpecError(`kernel parameter ${JSON.stringify(name.slice(0, 80))} would change the host`, where)
  if (sharesHost(input, type)) throw new SpecError(`kernel parameter ${name} needs a private ${type} namespace`, where)
}

function namespaceOf(name: string): Exclude<NamespaceType, 'time'> | undefined {
  if (!/^[A-Za-z0-9_.*/-]{1,200}$/.test(name) || name.includes('..')) return undefined
  if (name.startsWith('net.')) return 'network'
  if (ipcSysctls.has(name) || name.startsWith('fs.mqueue.')) return 'ipc'
  return name === 'kernel.domainname' ? 'uts' : undefined
}
