import {
  EngineError,
  type CallOptions,
  type NetworkAttachment,
  type NetworkEndpoint,
  type PortMapping,
  type SetupRequest
} from '@runcible/interface'
import { leaseAddress, leasesOfNetwork } from '../address-leases.ts'
import { formatIp } from '../ip-address.ts'
import { macFor, NETWORKS_LOCK, vethName } from '../names.ts'
import { DEFAULT_NETWORK } from '../network-spec.ts'
import type { SetElement } from '../nftables/elements.ts'
import { planSetup, type PlannedEndpoint } from '../plan.ts'
import { decidePorts, recordPorts } from '../port-leases.ts'
import { findLink } from '../rtnetlink/links.ts'
import type { Context } from './context.ts'
import { detach, holdingsOf } from './detach.ts'
import {
  addressing,
  addWayOut,
  bridgeName,
  conflictingRoute,
  connect,
  enableForwarding,
  type Connection
} from './devices.ts'
import { addressElement, networkElements, portElements } from './ruleset.ts'

/** The networks as they can be brought up: one whose subnet the host has come to use otherwise is moved or refused. */
const settleNetworks = (
  { openRoute, records, state }: Context,
  planned: readonly PlannedEndpoint[]
): PlannedEndpoint[] => {
  using socket = openRoute()
  return planned.map((endpoint) => {
    const { network } = endpoint
    if (findLink(socket, bridgeName(network)) !== undefined) return endpoint
    const route = conflictingRoute(socket, network)
    if (route === undefined) return endpoint
    if (network.name === DEFAULT_NETWORK && leasesOfNetwork(state, network.name, 1).length === 0) {
      return { ...endpoint, network: records.moveDefault() }
    }
    throw new EngineError(
      'in-use',
      `the subnet of network ${network.name} overlaps with ${route}, which the host uses`,
      {
        subject: { kind: 'network', name: network.name },
        hint: 'remove that route, or make the network anew'
      }
    )
  })
}

/** Records addresses and ports: all of them or none. */
const lease = (
  { state }: Context,
  containerId: string,
  endpoints: readonly PlannedEndpoint[],
  ports: readonly PortMapping[]
): Connection[] =>
  state.transaction((stores) => {
    recordPorts(stores, containerId, ports)
    return endpoints.map(({ spec, network, interface: device, mac }, index) => {
      const address = leaseAddress(stores, { network, containerId, fixed: spec.ipv4 })
      return {
        network,
        address,
        interface: device,
        mac: mac ?? macFor(address),
        hostInterface: vethName(containerId, index)
      }
    })
  })

const elementsFor = (
  connections: readonly Pick<Connection, 'network' | 'address'>[],
  ports: readonly PortMapping[]
): SetElement[] => {
  const outward = connections.filter(({ network }) => !network.internal)
  const [publisher] = outward
  return [
    ...connections.flatMap(({ network }) => networkElements(bridgeName(network), network)),
    ...outward.map(({ address }) => addressElement(address)),
    ...(publisher === undefined ? [] : portElements(ports, publisher.address))
  ]
}

/** Opens the rules for the containers' packets. */
export const allow = (
  { rules }: Context,
  connections: Parameters<typeof elementsFor>[0],
  ports: readonly PortMapping[]
): void => {
  rules.admit(connections.map(({ network }) => bridgeName(network)))
  rules.add(elementsFor(connections, ports))
}

const connectAll = ({ openRoute, spaces }: Context, netns: string, connections: readonly Connection[]): void => {
  enableForwarding()
  using host = openRoute()
  using inside = spaces.open(netns)
  for (const connection of connections) connect(host, inside, netns, connection)
  addWayOut(inside, connections)
}

const endpointOf = (
  { network, interface: device, hostInterface, mac, address }: Connection,
  aliases: readonly string[] = []
): NetworkEndpoint => {
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
  if (signal?.aborted === true)
    throw new EngineError('aborted', 'the network was not set up: the call was cancelled', { cause: signal.reason })
}

/** The contract's set-up: leases first, then devices and rules, all undone when one fails. */
export const setup = async (
  self: Context,
  request: SetupRequest,
  options: CallOptions = {}
): Promise<NetworkAttachment> => {
  const { containerId, netns } = request
  const attachment = { netns, nameservers: [], searchDomains: [] }
  await using _lock = await self.state.lock(NETWORKS_LOCK, options)
  const plan = planSetup(request, self.records.require)
  if (plan.endpoints.length === 0) return { ...attachment, endpoints: [], ports: [] }
  // A container has one set-up; what an interrupted one recorded would be in the way.
  await detach(self, holdingsOf(self.state, { containerId }))
  const settled = settleNetworks(self, plan.endpoints)
  const ports = await decidePorts(self.state, plan.ports, self.rules.publishedElsewhere)
  throwIfAborted(options.signal)
  const connections = lease(self, containerId, settled, ports)
  try {
    self.rules.prepare()
    connectAll(self, netns, connections)
    allow(self, connections, ports)
  } catch (error) {
    await detach(self, holdingsOf(self.state, { containerId }))
    throw error
  }
  return {
    ...attachment,
    ports,
    endpoints: connections.map((connection, index) => endpointOf(connection, settled[index]?.spec.aliases))
  }
}
