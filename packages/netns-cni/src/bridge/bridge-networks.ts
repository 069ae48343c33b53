import {
  EngineError,
  type CallOptions,
  type Factory,
  type NetworkAttachment,
  type NetworkDriver,
  type NetworkEndpoint,
  type NetworkRecord,
  type PortMapping,
  type SetupRequest,
  type StateStore,
  type TeardownRequest
} from '@runcible/interface'
import { createLinux, type Linux } from '@runcible/linux'
import { addressLeaseId, leaseAddress, leasesOfNetwork } from '../address-leases.ts'
import { formatIp, parseIp, requireIp } from '../ip-address.ts'
import { hostNames, macFor, vethName } from '../names.ts'
import { DEFAULT_NETWORK } from '../network-spec.ts'
import { namespaces } from '../netns.ts'
import type { SetElement } from '../nftables/elements.ts'
import { decidePorts, portLeasesOf, recordPorts } from '../port-leases.ts'
import { portOfLease } from '../port-mapping.ts'
import { findLink, removeLink, setHairpin, setMaster } from '../rtnetlink/links.ts'
import { addressing, addWayOut, bridgeName, conflictingRoute, connect, enableForwarding, ensureBridge, type Connection } from './devices.ts'
import { firewall } from './firewall.ts'
import { bridgeNetworkRecords } from './networks.ts'
import { planSetup, type PlannedEndpoint } from './plan.ts'
import { addressElement, networkElements, portElements, publishedElement } from './ruleset.ts'

export interface BridgeNetworksInit {
  /** The engine's root: what its devices and rules are named after, so that two engines do not meet. */
  readonly root: string
  /** Directory of the namespace files, on a file system that a reboot empties. */
  readonly netns: string
  readonly linux?: Pick<Linux, 'namespace' | 'netlink'>
}

/** A lease that a container holds, with the network it is of. */
interface HeldAddress {
  readonly id: string
  readonly network: string
  readonly address: string
}

/** Everything the operations share. */
const context = (init: BridgeNetworksInit, state: StateStore) => {
  const linux = init.linux ?? createLinux()
  const names = hostNames(init.root)
  const openRoute = () => linux.netlink.open('route')
  return {
    state,
    openRoute,
    spaces: namespaces(linux, init.netns),
    rules: firewall(() => linux.netlink.open('netfilter'), names.table),
    records: bridgeNetworkRecords({ state, names, openRoute })
  }
}

type Context = ReturnType<typeof context>

/** The networks as they can be brought up: one whose subnet the host has come to use otherwise is moved or refused. */
const settleNetworks = ({ openRoute, records, state }: Context, planned: readonly PlannedEndpoint[]): PlannedEndpoint[] => {
  using socket = openRoute()
  return planned.map((endpoint) => {
    const { network } = endpoint
    if (findLink(socket, bridgeName(network)) !== undefined) return endpoint
    const route = conflictingRoute(socket, network)
    if (route === undefined) return endpoint
    if (network.name === DEFAULT_NETWORK && leasesOfNetwork(state, network.name, 1).length === 0) {
      return { ...endpoint, network: records.moveDefault() }
    }
    throw new EngineError('in-use', `the subnet of network ${network.name} overlaps with ${route}, which the host uses`, {
      subject: { kind: 'network', name: network.name },
      hint: 'remove that route, or make the network anew'
    })
  })
}

/** Records addresses and ports: all of them or none. */
const lease = ({ state }: Context, containerId: string, endpoints: readonly PlannedEndpoint[], ports: readonly PortMapping[]): Connection[] =>
  state.transaction((stores) => {
    recordPorts(stores, containerId, ports)
    return endpoints.map(({ spec, network, interface: device, mac }, index) => {
      const address = leaseAddress(stores, { network, containerId, fixed: spec.ipv4 })
      return { network, address, interface: device, mac: mac ?? macFor(address), hostInterface: vethName(containerId, index) }
    })
  })

const elementsFor = (connections: readonly Pick<Connection, 'network' | 'address'>[], ports: readonly PortMapping[]): SetElement[] => {
  const outward = connections.filter(({ network }) => !network.internal)
  const [publisher] = outward
  return [
    ...connections.flatMap(({ network }) => networkElements(bridgeName(network), network)),
    ...outward.map(({ address }) => addressElement(address)),
    ...(publisher === undefined ? [] : portElements(ports, publisher.address))
  ]
}

const connectAll = ({ openRoute, spaces }: Context, netns: string, connections: readonly Connection[]): void => {
  enableForwarding()
  using host = openRoute()
  using inside = spaces.open(netns)
  for (const connection of connections) connect(host, inside, netns, connection)
  addWayOut(inside, connections)
}

const endpointOf = ({ network, interface: device, hostInterface, mac, address }: Connection, aliases: readonly string[] = []): NetworkEndpoint => {
  const { cidr, gateway } = addressing(network)
  return {
    network: network.name,
    networkId: network.id,
    interface: device,
    hostInterface,
    mac,
    addresses: [`${formatIp(address)}/${cidr.prefix}`],
    gateways: network.internal ? [] : [formatIp(gateway)],
    aliases
  }
}

const throwIfAborted = (signal: AbortSignal | undefined): void => {
  if (signal?.aborted === true) throw new EngineError('aborted', 'the network was not set up: the call was cancelled', { cause: signal.reason })
}

const setup = async (self: Context, request: SetupRequest, options: CallOptions = {}): Promise<NetworkAttachment> => {
  const { containerId, netns } = request
  const plan = planSetup(request, self.records.require)
  const attachment = { netns, nameservers: [], searchDomains: [] }
  if (plan.endpoints.length === 0) return { ...attachment, endpoints: [], ports: [] }
  await using _lock = await self.state.lock('networks', options)
  // A container has one set-up; what an interrupted one recorded would be in the way.
  detach(self, { containerId })
  const settled = settleNetworks(self, plan.endpoints)
  const ports = await decidePorts(self.state, plan.ports)
  throwIfAborted(options.signal)
  const connections = lease(self, containerId, settled, ports)
  try {
    // nft runs while this process makes the devices.
    await Promise.all([self.rules.prepare(), (async () => connectAll(self, netns, connections))()])
    throwIfAborted(options.signal)
    self.rules.add(elementsFor(connections, ports))
  } catch (error) {
    detach(self, { containerId })
    throw error
  }
  return { ...attachment, ports, endpoints: connections.map((connection, index) => endpointOf(connection, settled[index]?.spec.aliases)) }
}

const heldAddresses = (state: StateStore, { containerId, attachment }: TeardownRequest): HeldAddress[] => {
  const ids = attachment?.endpoints.flatMap(({ network, addresses }) =>
    addresses.map((address) => addressLeaseId(network, address.split('/')[0] ?? ''))
  )
  const leases = ids === undefined ? state.addresses.list() : ids.flatMap((id) => state.addresses.get(id) ?? [])
  return leases
    .filter((held) => held.containerId === containerId)
    .map(({ id, address }) => ({ id, address, network: id.slice(0, id.length - address.length - 1) }))
}

/** Takes away what a container has, by the leases, which go last: an interrupted detach begins again at the same place. */
const detach = (self: Context, request: TeardownRequest): void => {
  const { state, rules, openRoute, records } = self
  const { containerId, attachment } = request
  const addresses = heldAddresses(state, request)
  const ports = portLeasesOf(state, containerId, attachment?.ports)
  if (addresses.length === 0 && ports.length === 0) return
  const published = ports.flatMap((id) => portOfLease(id) ?? []).map(({ hostIp, protocol, hostPort }) => publishedElement(hostIp, protocol, hostPort))
  const leased = addresses.flatMap(({ address }) => parseIp(address) ?? []).map(addressElement)
  rules.remove([...published, ...leased])
  using host = openRoute()
  for (const index of addresses.keys()) removeLink(host, vethName(containerId, index))
  state.transaction((stores) => {
    for (const { id } of addresses) stores.addresses.delete(id)
    for (const id of ports) stores.ports.delete(id)
  })
  const emptied = [...new Set(addresses.map(({ network }) => network))].filter((network) => leasesOfNetwork(state, network, 1).length === 0)
  for (const name of emptied) {
    const network = state.networks.get(name)?.record
    if (network === undefined) continue
    rules.remove(networkElements(bridgeName(network), network))
    removeLink(host, bridgeName(network))
  }
  if (emptied.length > 0 && state.addresses.withPrefix('', 1).length === 0) rules.clear()
  void records
}

const teardown = async (self: Context, request: TeardownRequest, options?: CallOptions): Promise<void> => {
  await using _lock = await self.state.lock('networks', options)
  detach(self, request)
  self.spaces.remove(request.containerId)
}

/** Bridges, ports of bridges and rules as `setup` left them. */
const reload = async (self: Context, containerId: string, attachment: NetworkAttachment): Promise<void> => {
  await using _lock = await self.state.lock('networks')
  const connections = attachment.endpoints.map((endpoint) => ({
    endpoint,
    network: self.records.require(endpoint.network),
    address: requireIp(endpoint.addresses[0]?.split('/')[0] ?? '', 'the address of the container')
  }))
  const [missing] = connections.filter(({ endpoint }) => {
    const [address = ''] = endpoint.addresses[0]?.split('/') ?? []
    return self.state.addresses.get(addressLeaseId(endpoint.network, address))?.containerId !== containerId
  })
  if (missing !== undefined) {
    throw new EngineError('failed-precondition', `container ${containerId.slice(0, 12)} is not connected to network ${missing.network.name}`)
  }
  enableForwarding()
  await self.rules.prepare()
  using host = self.openRoute()
  for (const { endpoint, network } of connections) {
    const bridge = ensureBridge(host, network)
    const outer = endpoint.hostInterface === undefined ? undefined : findLink(host, endpoint.hostInterface)
    if (outer === undefined || outer.master === bridge.index) continue
    setMaster(host, outer.index, bridge.index)
    setHairpin(host, outer.index)
  }
  if (connections.length > 0) self.rules.add(elementsFor(connections, attachment.ports))
}

/** Networks made by this process: bridges and veth pairs over rtnetlink, rules in an nftables table of its own. */
export const bridgeNetworks =
  (init: BridgeNetworksInit): Factory<'state', NetworkDriver> =>
  ({ state }) => {
    const self = context(init, state)
    const { create, remove, list, inspect } = self.records
    return {
      create,
      remove,
      list,
      inspect,
      createNamespace: async (containerId) => self.spaces.create(containerId),
      setup: (request, options) => setup(self, request, options),
      teardown: (request, options) => teardown(self, request, options),
      reload: ({ containerId, attachment }) => reload(self, containerId, attachment)
    }
  }

export type { NetworkRecord }
