import type { CallOptions, NetworkAttachment, NetworkEndpoint, PortMapping, SetupRequest } from '@runcible/interface'
import { addressLeaseId, checkFixed, leasesOfNetwork } from '../address-leases.ts'
import { NETWORKS_LOCK } from '../names.ts'
import { planSetup, type PlannedEndpoint } from '../plan.ts'
import { decidePorts, recordPorts } from '../port-leases.ts'
import { eachPort } from '../port-mapping.ts'
import { findLink } from '../rtnetlink/links.ts'
import { parseResult } from './cni-result.ts'
import type { Context } from './context.ts'
import { detach } from './detach.ts'
import { addToNetwork, type Invocation } from './invoke.ts'

const portMappings = (ports: readonly PortMapping[]) =>
  ports.flatMap(eachPort).map(({ hostIp, hostPort, containerPort, protocol }) => ({
    hostPort,
    containerPort,
    protocol,
    ...(hostIp === undefined ? {} : { hostIP: hostIp })
  }))

/** What the endpoint asks of the plugins; the ports go to the first network that leads outside. */
const capabilitiesFor = (
  { spec, mac, network }: PlannedEndpoint,
  ports: readonly PortMapping[]
): Record<string, unknown> => {
  const [subnet] = network.subnets
  const prefix = subnet?.subnet.split('/')[1] ?? '32'
  return {
    ...(ports.length === 0 ? {} : { portMappings: portMappings(ports) }),
    ...(spec.ipv4 === undefined ? {} : { ips: [`${spec.ipv4}/${prefix}`] }),
    ...(mac === undefined ? {} : { mac })
  }
}

const invocationsFor = (
  self: Context,
  request: SetupRequest,
  endpoints: readonly PlannedEndpoint[],
  ports: readonly PortMapping[]
): Invocation[] => {
  const publisher = endpoints.find(({ network }) => !network.internal)
  return endpoints.map((endpoint) => ({
    conflist: self.records.require(endpoint.network.name).conflist,
    containerId: request.containerId,
    netns: request.netns,
    device: endpoint.interface,
    capabilities: capabilitiesFor(endpoint, endpoint === publisher ? ports : [])
  }))
}

/** The device as it is in the namespace: not every chain of plugins reports the MAC that the last one set. */
const macInside = ({ spaces }: Context, netns: string, device: string): string | undefined => {
  using inside = spaces.open(netns)
  return findLink(inside, device)?.mac
}

const endpointOf = (
  self: Context,
  { network, spec, interface: device }: PlannedEndpoint,
  { netns, result }: Invocation
): NetworkEndpoint => {
  const { interfaces, addresses } = parseResult(result)
  const inner = interfaces.find(({ sandbox, name }) => sandbox !== '' && name === device)
  const outer = interfaces.find(({ sandbox, name }) => sandbox === '' && name !== network.interface)
  return {
    network: network.name,
    networkId: network.id,
    interface: device,
    ...(outer === undefined ? {} : { hostInterface: outer.name }),
    mac: macInside(self, netns, device) ?? inner?.mac ?? '',
    addresses: addresses.map(({ address }) => address),
    gateways: network.internal ? [] : addresses.flatMap(({ gateway }) => gateway ?? []),
    aliases: spec.aliases ?? []
  }
}

/** ADD with what is needed for DEL kept from before the first plugin runs. */
export const add = async (
  { runner, cache }: Context,
  invocation: Invocation,
  options?: CallOptions
): Promise<Invocation> => {
  cache.save(invocation)
  const done = { ...invocation, result: await addToNetwork(runner, invocation, options) }
  cache.save(done)
  return done
}

const recordAddresses = ({ state }: Context, containerId: string, endpoints: readonly NetworkEndpoint[]): void =>
  state.transaction((stores) => {
    for (const { network, networkId, addresses } of endpoints) {
      for (const address of addresses.map((text) => text.split('/')[0] ?? '')) {
        stores.addresses.insert({
          id: addressLeaseId(network, address),
          networkId,
          address,
          containerId,
          createdAt: Date.now()
        })
      }
    }
  })

/** The contract's set-up: what the plugins made is unmade when one fails. */
export const setup = async (
  self: Context,
  request: SetupRequest,
  options?: CallOptions
): Promise<NetworkAttachment> => {
  const { state, records } = self
  const { containerId, netns } = request
  const empty = { netns, endpoints: [], ports: [], nameservers: [], searchDomains: [] }
  await using _lock = await state.lock(NETWORKS_LOCK, options)
  const plan = planSetup(request, (name) => records.require(name).record)
  if (plan.endpoints.length === 0) return empty
  await detach(self, containerId)
  for (const { network, spec } of plan.endpoints) {
    if (spec.ipv4 !== undefined) checkFixed(network, leasesOfNetwork(state, network.name), spec.ipv4)
  }
  const ports = await decidePorts(state, plan.ports)
  state.transaction((stores) => recordPorts(stores, containerId, ports))
  try {
    const endpoints: NetworkEndpoint[] = []
    for (const [index, invocation] of invocationsFor(self, request, plan.endpoints, ports).entries()) {
      const planned = plan.endpoints[index]
      const done = await add(self, invocation, options)
      if (planned !== undefined) endpoints.push(endpointOf(self, planned, done))
    }
    recordAddresses(self, containerId, endpoints)
    return { ...empty, endpoints, ports }
  } catch (error) {
    // What failed here matters more than what its undoing says.
    await detach(self, containerId).catch(() => {})
    throw error
  }
}
