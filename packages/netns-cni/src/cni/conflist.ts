import { EngineError, type NetworkRecord, type Subnet } from '@runcible/interface'
import { completeSubnet, mtuOf } from '../network-spec.ts'
import { parseCidr } from '../ip-address.ts'

/** Configuration of one plugin: its type, and what the plugin itself defines. */
export interface PluginConfig {
  readonly type: string
  readonly capabilities?: Readonly<Record<string, boolean>>
  readonly [key: string]: unknown
}

/** A network configuration list (CNI specification, section 1). */
export interface Conflist {
  readonly cniVersion: string
  readonly name: string
  readonly plugins: readonly PluginConfig[]
  readonly [key: string]: unknown
}

/** The lowest version that has everything used here, and that every packaged plugin of today speaks. */
const CNI_VERSION = '0.4.0'
/** Top-level key with what a network record says and CNI has no place for. */
const OWN_KEY = 'runcible'

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const bad = (file: string, reason: string): EngineError =>
  new EngineError('invalid-argument', `${file} is not a CNI configuration: ${reason}`, {
    hint: 'correct the file, or move it away'
  })

/** Reads a configuration list, or a lone plugin configuration as a list of one. @throws EngineError `invalid-argument` */
export const parseConflist = (text: string, file: string): Conflist => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new EngineError('invalid-argument', `${file} is not JSON`, { cause })
  }
  if (!isObject(value)) throw bad(file, 'it is not an object')
  const list = Array.isArray(value['plugins']) ? value : { ...value, plugins: [value] }
  const { name, cniVersion = '0.2.0', plugins } = list as Record<string, unknown>
  if (typeof name !== 'string' || name === '') throw bad(file, 'it has no name')
  if (typeof cniVersion !== 'string') throw bad(file, 'cniVersion is not a string')
  if (!Array.isArray(plugins) || plugins.length === 0) throw bad(file, 'it has no plugins')
  // A type becomes part of a path.
  if (
    !plugins.every(
      (plugin) => isObject(plugin) && typeof plugin['type'] === 'string' && /^[\w.-]+$/.test(plugin['type'])
    )
  ) {
    throw bad(file, 'a plugin has no valid type')
  }
  return { ...list, name, cniVersion, plugins: plugins as PluginConfig[] }
}

/** The list that brings a network record up with the reference plugins. */
export const conflistFor = (network: NetworkRecord, ipamDirectory: string): Conflist => {
  const { name, interface: bridge, internal, subnets } = network
  const mtu = mtuOf(network.options)
  const ranges = subnets.map(({ subnet, gateway, range }) => [
    {
      subnet,
      ...(gateway === undefined ? {} : { gateway }),
      ...(range === undefined ? {} : { rangeStart: range.start, rangeEnd: range.end })
    }
  ])
  const ipam = {
    type: 'host-local',
    dataDir: ipamDirectory,
    ranges,
    ...(internal ? {} : { routes: [{ dst: '0.0.0.0/0' }] })
  }
  const main = {
    type: 'bridge',
    bridge,
    isGateway: !internal,
    ipMasq: !internal,
    hairpinMode: true,
    ...(mtu === undefined ? {} : { mtu })
  }
  return {
    cniVersion: CNI_VERSION,
    name,
    plugins: [
      { ...main, ipam, capabilities: { ips: true } },
      ...(internal ? [] : [{ type: 'portmap', capabilities: { portMappings: true } }]),
      { type: 'firewall', backend: 'iptables', ingressPolicy: 'same-bridge' },
      { type: 'tuning', capabilities: { mac: true } }
    ],
    [OWN_KEY]: {
      id: network.id,
      internal,
      labels: network.labels,
      options: network.options,
      createdAt: network.createdAt
    }
  }
}

const subnetFrom = (range: unknown): Subnet[] => {
  if (!isObject(range) || typeof range['subnet'] !== 'string') return []
  const cidr = parseCidr(range['subnet'])
  if (cidr === undefined) return []
  const { gateway, rangeStart: start, rangeEnd: end } = range
  const subnet = completeSubnet(cidr, typeof gateway === 'string' ? { gateway } : {})
  return [typeof start === 'string' && typeof end === 'string' ? { ...subnet, range: { start, end } } : subnet]
}

/** Subnets of a host-local configuration, in either of its two forms. */
const subnetsFrom = (ipam: unknown): Subnet[] => {
  if (!isObject(ipam)) return []
  const ranges = Array.isArray(ipam['ranges']) ? (ipam['ranges'] as unknown[]).flat() : [ipam]
  return ranges.flatMap(subnetFrom)
}

const textsOf = (value: unknown): Record<string, string> =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      )
    : {}

/** What a configuration list, our own or a user's, says as a network record. */
export const recordFrom = (
  conflist: Conflist,
  fallback: { readonly id: string; readonly createdAt: number }
): NetworkRecord => {
  const [main] = conflist.plugins
  const own = isObject(conflist[OWN_KEY]) ? conflist[OWN_KEY] : {}
  const device = main?.['bridge']
  const subnets = subnetsFrom(main?.['ipam'])
  return {
    id: typeof own['id'] === 'string' ? own['id'] : fallback.id,
    name: conflist.name,
    driver: main?.type ?? 'bridge',
    ...(typeof device === 'string' ? { interface: device } : {}),
    subnets,
    internal: own['internal'] === true,
    ipv6: subnets.some(({ subnet }) => subnet.includes(':')),
    dns: conflist.plugins.some(({ type }) => type === 'dnsname'),
    labels: textsOf(own['labels']),
    options: textsOf(own['options']),
    createdAt: typeof own['createdAt'] === 'number' ? own['createdAt'] : fallback.createdAt
  }
}
