import {
  EngineError,
  type NetworkAttachment,
  type NetworkDriver,
  type NetworkEndpoint,
  type NetworkEndpointSpec,
  type NetworkRecord,
  type NetworkSpec,
  type PortMapping,
  type SetupRequest,
  type Subnet
} from '@runcible/interface'

const DEFAULT = 'runcible'

const invalid = (message: string): EngineError => new EngineError('invalid-argument', message)

const toNumber = (text: string): number => {
  const parts = text.split('.').map(Number)
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) throw invalid(`not an address: ${text}`)
  return parts.reduce((value, part) => value * 256 + part, 0)
}

const toText = (value: number): string => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')

interface Block {
  readonly first: number
  readonly size: number
}

const blockOf = (text: string): Block => {
  const [address = '', prefix = ''] = text.split('/')
  if (!/^\d{1,2}$/.test(prefix) || Number(prefix) > 30) throw invalid(`not a subnet: ${text}`)
  const size = 2 ** (32 - Number(prefix))
  const value = toNumber(address)
  return { first: value - (value % size), size }
}

const inside = ({ first, size }: Block, value: number): boolean => value > first && value < first + size - 1

const subnetFrom = (wanted: NonNullable<NetworkSpec['subnets']>[number], text: string): Subnet => {
  const block = blockOf(text)
  const prefix = text.split('/')[1]
  const gateway = wanted.gateway ?? toText(block.first + 1)
  if (!inside(block, toNumber(gateway))) throw invalid(`gateway ${gateway} is outside ${text}`)
  const range = wanted.ipRange === undefined ? undefined : blockOf(wanted.ipRange)
  const last = Math.min((range?.first ?? 0) + (range?.size ?? 0) - 1, block.first + block.size - 2)
  return {
    subnet: `${toText(block.first)}/${prefix}`,
    gateway,
    ...(range === undefined
      ? {}
      : { range: { start: toText(Math.max(range.first, block.first + 1)), end: toText(last) } })
  }
}

const checkSpec = (spec: NetworkSpec): void => {
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(spec.name)) throw invalid(`not a network name: ${JSON.stringify(spec.name)}`)
  if (spec.driver !== undefined && spec.driver !== 'bridge')
    throw new EngineError('unsupported', `there is no network driver ${spec.driver}`)
  const option = Object.keys(spec.options ?? {}).find((key) => key !== 'mtu')
  if (option !== undefined) throw new EngineError('unsupported', `networks have no option ${option}`)
}

const collide = (one: PortMapping, other: PortMapping): boolean =>
  one.protocol === other.protocol &&
  (one.hostIp === undefined || other.hostIp === undefined || one.hostIp === other.hostIp) &&
  one.hostPort < other.hostPort + other.range &&
  other.hostPort < one.hostPort + one.range

/** What is connected: per container, its endpoints and ports. */
type Connected = Map<string, { readonly endpoints: readonly NetworkEndpoint[]; readonly ports: readonly PortMapping[] }>

const decidePorts = (wanted: readonly PortMapping[], connected: Connected): PortMapping[] => {
  const busy = [...connected.values()].flatMap(({ ports }) => ports)
  const decided: PortMapping[] = []
  for (const mapping of wanted) {
    if (mapping.containerPort < 1 || mapping.containerPort + mapping.range > 65_536)
      throw invalid(`container port ${mapping.containerPort}`)
    const isFree = (candidate: PortMapping) => ![...busy, ...decided].some((other) => collide(candidate, other))
    let candidate = mapping
    for (let hostPort = 40_000; mapping.hostPort === 0; hostPort++) {
      candidate = { ...mapping, hostPort }
      if (isFree(candidate)) break
    }
    if (!isFree(candidate))
      throw new EngineError('in-use', `host port ${mapping.hostPort}/${mapping.protocol} is in use`)
    decided.push(candidate)
  }
  return decided
}

const chooseAddress = (network: NetworkRecord, { ipv4 }: NetworkEndpointSpec, used: ReadonlySet<string>): string => {
  const [subnet] = network.subnets
  const block = blockOf(subnet?.subnet ?? '')
  if (ipv4 !== undefined) {
    if (!inside(block, toNumber(ipv4))) throw invalid(`address ${ipv4} is outside network ${network.name}`)
    if (used.has(ipv4)) throw new EngineError('in-use', `address ${ipv4} is in use`)
    return ipv4
  }
  for (let value = block.first + 1; inside(block, value); value++) {
    if (!used.has(toText(value)) && toText(value) !== subnet?.gateway) return toText(value)
  }
  throw new EngineError('exhausted', `network ${network.name} has no free address left`)
}

const fakeId = (number: number): string => number.toString(16).padStart(4, '0').repeat(16)

/** A `NetworkDriver` in memory: addresses and ports are given, no packet flows. */
export function fakeNetworkDriver(): NetworkDriver {
  const records = new Map<string, NetworkRecord>()
  const connected: Connected = new Map()
  let created = 0

  const create = async (spec: NetworkSpec): Promise<NetworkRecord> => {
    checkSpec(spec)
    const { name } = spec
    if (records.has(name))
      throw new EngineError('already-exists', `network ${name} already exists`, { subject: { kind: 'network', name } })
    const [wanted = {}] = spec.subnets ?? []
    const taken = [...records.values()].flatMap((record) => record.subnets.map(({ subnet }) => blockOf(subnet)))
    const overlaps = ({ first, size }: Block) =>
      taken.some((other) => first < other.first + other.size && other.first < first + size)
    let text = wanted.subnet
    for (let index = 0; text === undefined; index++) {
      const candidate = `10.${89 + Math.floor(index / 256)}.${index % 256}.0/24`
      if (!overlaps(blockOf(candidate))) text = candidate
    }
    if (overlaps(blockOf(text))) throw invalid(`subnet ${text} overlaps with another network`)
    const record: NetworkRecord = {
      id: fakeId(++created),
      name,
      driver: 'bridge',
      interface: spec.interface ?? `fake${created}`,
      subnets: [subnetFrom(wanted, text)],
      internal: spec.internal ?? false,
      ipv6: false,
      dns: false,
      labels: { ...spec.labels },
      options: { ...spec.options },
      createdAt: created
    }
    records.set(name, record)
    return record
  }

  const find = (name: string): NetworkRecord | undefined => {
    const all = [...records.values()]
    return (
      records.get(name) ??
      all.find(({ id }) => id === name) ??
      (name === '' ? undefined : all.find(({ id }) => id.startsWith(name)))
    )
  }

  const require = (name: string): NetworkRecord => {
    const record = find(name)
    if (record === undefined)
      throw new EngineError('not-found', `no such network: ${name}`, { subject: { kind: 'network', name } })
    return record
  }

  const endpoint = (spec: NetworkEndpointSpec, index: number, containerId: string): NetworkEndpoint => {
    const network = require(spec.network)
    const others = [...connected.values()]
      .flatMap(({ endpoints }) => endpoints)
      .filter((other) => other.network === network.name)
    const address = chooseAddress(
      network,
      spec,
      new Set(others.map((other) => other.addresses[0]?.split('/')[0] ?? ''))
    )
    if (spec.mac !== undefined && Number.parseInt(spec.mac, 16) % 2 === 1)
      throw invalid(`MAC address ${spec.mac} is a multicast address`)
    const [subnet] = network.subnets
    return {
      network: network.name,
      networkId: network.id,
      interface: spec.interface ?? `eth${index}`,
      hostInterface: `${containerId.slice(0, 8)}-${index}`,
      mac:
        spec.mac ??
        `0a:52:${toNumber(address)
          .toString(16)
          .padStart(8, '0')
          .replace(/..(?!$)/g, '$&:')}`,
      addresses: [`${address}/${subnet?.subnet.split('/')[1]}`],
      gateways: network.internal || subnet?.gateway === undefined ? [] : [subnet.gateway],
      aliases: spec.aliases ?? []
    }
  }

  const setup = async (request: SetupRequest, signal: AbortSignal | undefined): Promise<NetworkAttachment> => {
    if (signal?.aborted === true) throw new EngineError('aborted', 'the network was not set up: the call was cancelled')
    const names = request.endpoints.map(({ network }) => network)
    if (new Set(names).size < names.length) throw invalid('a network is asked for twice')
    const ports = decidePorts(request.ports, connected)
    const endpoints = request.endpoints.map((spec, index) => endpoint(spec, index, request.containerId))
    connected.set(request.containerId, { endpoints, ports })
    return { netns: request.netns, endpoints, ports, nameservers: [], searchDomains: [] }
  }

  void create({ name: DEFAULT })
  return {
    create,
    async remove(name) {
      const record = require(name)
      if (record.name === DEFAULT) throw invalid('the default network cannot be removed')
      const isUsed = [...connected.values()].some(({ endpoints }) =>
        endpoints.some(({ network }) => network === record.name)
      )
      if (isUsed)
        throw new EngineError('in-use', `network ${record.name} is in use`, {
          subject: { kind: 'network', name: record.name }
        })
      records.delete(record.name)
    },
    list: async () => [...records.values()],
    inspect: async (name) => find(name),
    createNamespace: async (containerId) => `/run/fake/netns/${containerId}`,
    setup: (request, options) => setup(request, options?.signal),
    async teardown({ containerId }) {
      connected.delete(containerId)
    },
    reload: async () => {}
  }
}
