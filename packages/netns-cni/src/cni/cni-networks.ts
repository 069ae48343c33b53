import { dirname, join } from 'node:path'
import {
  EngineError,
  type CallOptions,
  type Factory,
  type NetworkAttachment,
  type NetworkDriver,
  type NetworkEndpoint,
  type PortMapping,
  type SetupRequest,
  type StateStore
} from '@runcible/interface'
import { createLinux, type Linux } from '@runcible/linux'
import { addressLeaseId, checkFixed, leasesOfNetwork } from '../address-leases.ts'
import { planSetup, type PlannedEndpoint } from '../plan.ts'
import { hostNames, NETWORKS_LOCK } from '../names.ts'
import { namespaces } from '../netns.ts'
import { decidePorts, portLeasesOf, recordPorts } from '../port-leases.ts'
import { eachPort } from '../port-mapping.ts'
import { findLink } from '../rtnetlink/links.ts'
import { removeLinks } from '../rtnetlink/remove-links.ts'
import { pluginRunner } from './cni-exec.ts'
import { parseResult } from './cni-result.ts'
import { conflistFiles } from './conflist-files.ts'
import { addToNetwork, removeFromNetwork, type Invocation } from './invoke.ts'
import { cniNetworkRecords } from './networks.ts'
import { resultCache } from './result-cache.ts'

export interface CniNetworksInit {
  /** The engine's root: what its devices are named after. */
  readonly root: string
  /** Directory of the namespace files, on a file system that a reboot empties. */
  readonly netns: string
  /** Directory of our networks' configuration lists. Default `<root>/networks`. */
  readonly directory?: string
  /** Directory of results and address reservations, likewise emptied by a reboot. Default `cni` beside that of the namespaces. */
  readonly run?: string
  /** Where plugins are, in order of search. Default: the distributions' directories. */
  readonly pluginDirectories?: readonly string[]
  /** Directories of the user's own configuration lists, which are only read. Default `/etc/cni/net.d`. */
  readonly userDirectories?: readonly string[]
  readonly linux?: Pick<Linux, 'namespace' | 'netlink'>
}

const PLUGIN_DIRECTORIES = ['/usr/lib/cni', '/usr/libexec/cni', '/opt/cni/bin']

const context = (init: CniNetworksInit, state: StateStore) => {
  const linux = init.linux ?? createLinux()
  const openRoute = () => linux.netlink.open('route')
  const files = conflistFiles(init.directory ?? join(init.root, 'networks'), init.userDirectories ?? ['/etc/cni/net.d'])
  const names = hostNames(init.root)
  const run = init.run ?? join(dirname(init.netns), 'cni')
  return {
    state,
    openRoute,
    spaces: namespaces(linux, init.netns),
    runner: pluginRunner(init.pluginDirectories ?? PLUGIN_DIRECTORIES),
    cache: resultCache(join(run, 'results')),
    records: cniNetworkRecords({ state, names, openRoute, files, ipamDirectory: join(run, 'addresses') })
  }
}

type Context = ReturnType<typeof context>

const portMappings = (ports: readonly PortMapping[]) =>
  ports.flatMap(eachPort).map(({ hostIp, hostPort, containerPort, protocol }) => ({
    hostPort,
    containerPort,
    protocol,
    ...(hostIp === undefined ? {} : { hostIP: hostIp })
  }))

/** What the endpoint asks of the plugins; the ports go to the first network that leads outside. */
const capabilitiesFor = ({ spec, mac, network }: PlannedEndpoint, ports: readonly PortMapping[]): Record<string, unknown> => {
  const [subnet] = network.subnets
  const prefix = subnet?.subnet.split('/')[1] ?? '32'
  return {
    ...(ports.length === 0 ? {} : { portMappings: portMappings(ports) }),
    ...(spec.ipv4 === undefined ? {} : { ips: [`${spec.ipv4}/${prefix}`] }),
    ...(mac === undefined ? {} : { mac })
  }
}

const invocationsFor = (self: Context, request: SetupRequest, endpoints: readonly PlannedEndpoint[], ports: readonly PortMapping[]): Invocation[] => {
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

const endpointOf = (self: Context, { network, spec, interface: device }: PlannedEndpoint, { netns, result }: Invocation): NetworkEndpoint => {
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
const add = async ({ runner, cache }: Context, invocation: Invocation, options?: CallOptions): Promise<Invocation> => {
  cache.save(invocation)
  const done = { ...invocation, result: await addToNetwork(runner, invocation, options) }
  cache.save(done)
  return done
}

const recordAddresses = ({ state }: Context, containerId: string, endpoints: readonly NetworkEndpoint[]): void =>
  state.transaction((stores) => {
    for (const { network, networkId, addresses } of endpoints) {
      for (const address of addresses.map((text) => text.split('/')[0] ?? '')) {
        stores.addresses.insert({ id: addressLeaseId(network, address), networkId, address, containerId, createdAt: Date.now() })
      }
    }
  })

/** DEL for everything the container has, then its leases, then bridges that nobody is on. The caller holds the lock. */
const detach = async ({ state, runner, cache, records, openRoute }: Context, containerId: string): Promise<void> => {
  const invocations = cache.load(containerId)
  for (const invocation of [...invocations].reverse()) await removeFromNetwork(runner, invocation)
  const addresses = state.addresses.list().filter((lease) => lease.containerId === containerId)
  const ports = portLeasesOf(state, containerId)
  state.transaction((stores) => {
    for (const { id } of addresses) stores.addresses.delete(id)
    for (const id of ports) stores.ports.delete(id)
  })
  const known = await records.list()
  const bridges = invocations
    .flatMap(({ conflist }) => known.find((network) => network.name === conflist.name) ?? [])
    .filter((network) => records.require(network.name).own && leasesOfNetwork(state, network.name, 1).length === 0)
    .flatMap((network) => network.interface ?? [])
  if (bridges.length > 0) {
    using socket = openRoute()
    await removeLinks(socket, bridges)
  }
  cache.forget(containerId)
}

const setup = async (self: Context, request: SetupRequest, options?: CallOptions): Promise<NetworkAttachment> => {
  const { state, records } = self
  const { containerId, netns } = request
  const plan = planSetup(request, (name) => records.require(name).record)
  const empty = { netns, endpoints: [], ports: [], nameservers: [], searchDomains: [] }
  if (plan.endpoints.length === 0) return empty
  await using _lock = await state.lock(NETWORKS_LOCK, options)
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

/** The plugins know no reload: each network is left and joined again, with the same address and MAC. */
const reload = async (self: Context, containerId: string, attachment: NetworkAttachment): Promise<void> => {
  await using _lock = await self.state.lock(NETWORKS_LOCK)
  const invocations = self.cache.load(containerId)
  if (invocations.length === 0) {
    throw new EngineError('failed-precondition', `container ${containerId.slice(0, 12)} is connected to no network`, {
      subject: { kind: 'container', name: containerId }
    })
  }
  // Rules that were flushed cannot be deleted; the plugins complain, and have done the rest.
  for (const invocation of [...invocations].reverse()) await removeFromNetwork(self.runner, invocation).catch(() => {})
  for (const { result: _old, ...invocation } of invocations) {
    const endpoint = attachment.endpoints.find((candidate) => candidate.interface === invocation.device)
    const kept = endpoint === undefined ? {} : { ips: endpoint.addresses, mac: endpoint.mac }
    await add(self, { ...invocation, capabilities: { ...invocation.capabilities, ...kept } })
  }
}

/** Networks the CNI way: configuration lists in files, plugins that are programs. */
export const cniNetworks =
  (init: CniNetworksInit): Factory<'state', NetworkDriver> =>
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
      teardown: async ({ containerId }, options) => {
        {
          await using _lock = await state.lock(NETWORKS_LOCK, options)
          await detach(self, containerId)
        }
        self.spaces.remove(containerId)
      },
      reload: ({ containerId, attachment }) => reload(self, containerId, attachment)
    }
  }
