import { isIP } from 'node:net'
import { EngineError, type NetworkEndpoint } from '@runcible/interface'

export interface HostsInput {
  /** The host's own file, for a container in the host's network; its lines come first. */
  readonly hostHosts: string | undefined
  /** `name:address`, or `name:host-gateway`. */
  readonly extraHosts: readonly string[]
  readonly endpoints: readonly Pick<NetworkEndpoint, 'addresses' | 'gateways' | 'aliases'>[]
  /** Names of the container itself. */
  readonly names: readonly string[]
}

/** Names under which a container finds the host. */
const hostNames = ['host.containers.internal', 'host.docker.internal']

/** The content of a container's /etc/hosts. hosts(5). */
export function renderHosts(input: HostsInput): string {
  const { endpoints, names } = input
  const gateway = endpoints.flatMap((endpoint) => endpoint.gateways)[0]
  const local = input.hostHosts ?? '127.0.0.1\tlocalhost localhost.localdomain\n::1\tlocalhost localhost.localdomain\n'
  const lines = input.extraHosts.map((entry) => extraHost(entry, gateway))
  if (gateway !== undefined) lines.push(line(gateway, hostNames))
  for (const { addresses, aliases } of endpoints) {
    const own = [...new Set([...names, ...aliases])].filter(Boolean)
    for (const address of addresses) lines.push(line(address.split('/')[0]!, own))
  }
  return `${local.endsWith('\n') || local === '' ? local : `${local}\n`}${lines.map((text) => `${text}\n`).join('')}`
}

const line = (address: string, names: readonly string[]) => `${address}\t${names.join(' ')}`

/** Checks and renders one `--add-host`. `invalid-argument`. */
export function extraHost(entry: string, gateway?: string): string {
  const separator = entry.indexOf(':')
  const names = entry.slice(0, separator).split(';')
  const address = entry.slice(separator + 1).replace(/^\[(.*)\]$/, '$1')
  const valid = separator > 0 && names.every((name) => /^[a-zA-Z0-9_]([a-zA-Z0-9_.-]*[a-zA-Z0-9_])?$/.test(name))
  if (!valid || (address !== 'host-gateway' && isIP(address) === 0)) {
    throw new EngineError('invalid-argument', `invalid host entry ${JSON.stringify(entry.slice(0, 80))}`, {
      hint: 'write NAME:ADDRESS, or NAME:host-gateway'
    })
  }
  if (address !== 'host-gateway') return line(address, names)
  if (gateway === undefined) {
    throw new EngineError('invalid-argument', `${names.join(', ')}: host-gateway needs a bridge network`)
  }
  return line(gateway, names)
}
