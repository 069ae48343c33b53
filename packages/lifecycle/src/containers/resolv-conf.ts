export interface ResolvConfInput {
  /** The host's /etc/resolv.conf. */
  readonly host: string
  /** Whether the container has a network namespace of its own, where the host's loopback resolvers cannot be reached. */
  readonly ownNamespace: boolean
  /** Asked for by the user or given by the network; empty for the host's. */
  readonly nameservers: readonly string[]
  readonly search: readonly string[]
  readonly options: readonly string[]
}

interface ResolvConf {
  readonly nameservers: readonly string[]
  readonly search: readonly string[]
  readonly options: readonly string[]
}

function parse(text: string): ResolvConf {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/))
  const valuesOf = (...keys: readonly string[]) =>
    lines.filter(([key]) => key !== undefined && keys.includes(key)).map(([, ...values]) => values)
  return {
    nameservers: valuesOf('nameserver').flatMap(([address]) => address ?? []),
    // The last of them counts: resolv.conf(5).
    search: valuesOf('search', 'domain').at(-1) ?? [],
    options: valuesOf('options').flat()
  }
}

const isLoopback = (address: string) => /^(127\.|::1$|localhost$)/.test(address)

/** The content of a container's /etc/resolv.conf. `search` of a single `.` means none. */
export function renderResolvConf(input: ResolvConfInput): string {
  const host = parse(input.host)
  const reachable = input.ownNamespace ? host.nameservers.filter((address) => !isLoopback(address)) : host.nameservers
  const nameservers = input.nameservers.length > 0 ? input.nameservers : reachable
  const search = (input.search.length > 0 ? input.search : host.search).filter((domain) => domain !== '.')
  const options = input.options.length > 0 ? input.options : host.options
  const lines = [
    ...(search.length > 0 ? [`search ${search.join(' ')}`] : []),
    ...nameservers.map((address) => `nameserver ${address}`),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : [])
  ]
  return lines.map((line) => `${line}\n`).join('')
}
