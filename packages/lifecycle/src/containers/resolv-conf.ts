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

/** Where systemd-resolved lists the servers behind its stub at 127.0.0.53. */
const behindStub = '/run/systemd/resolve/resolv.conf'

/** The host's name servers as a container can use them, from its files. */
export function hostResolvConf(read: (path: string) => string): string {
  const own = read('/etc/resolv.conf')
  const { nameservers } = parse(own)
  const isStub = nameservers.includes('127.0.0.53') && nameservers.every(isLoopback)
  return (isStub && read(behindStub)) || own
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
