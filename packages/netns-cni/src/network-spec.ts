import { EngineError, type NetworkRecord, type NetworkSpec, type Subnet } from '@runcible/interface'
import {
  cidrBounds,
  cidrContains,
  cidrsOverlap,
  formatCidr,
  formatIp,
  hostBounds,
  requireCidr,
  requireIp,
  type Cidr
} from './ip-address.ts'
import { SUBNET_CANDIDATES } from './names.ts'

export const DEFAULT_NETWORK = 'runcible'
/** The same on every host: sha256 of the name. */
export const DEFAULT_NETWORK_ID = 'a38f2360afe6612617f2c195050ddfd626181ed055cb7855fdcc112367f44e43'

/** The same rule as for container names. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/
const INTERFACE = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,14}$/
const SMALLEST_PREFIX = 30

const invalid = (message: string, hint?: string): EngineError =>
  new EngineError('invalid-argument', message, hint === undefined ? {} : { hint })

export const checkName = (name: string): void => {
  if (!NAME.test(name)) {
    throw invalid(
      `not a network name: ${JSON.stringify(name)}`,
      'begin with a letter or digit; go on with letters, digits, _, . and -'
    )
  }
}

/** A name that the kernel takes for a device. */
export const checkInterfaceName = (name: string): void => {
  if (!INTERFACE.test(name))
    throw invalid(`not a device name: ${JSON.stringify(name)}`, 'use 1 to 15 letters, digits, _, . and -')
}

export const checkMac = (mac: string): string => {
  const normal = mac.toLowerCase().replaceAll('-', ':')
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(normal))
    throw invalid(`not a MAC address: ${JSON.stringify(mac)}`, 'write it as 02:00:00:00:00:01')
  if (Number.parseInt(normal.slice(0, 2), 16) % 2 === 1) throw invalid(`MAC address ${mac} is a multicast address`)
  return normal
}

const MTU_LEAST = 68
const MTU_MOST = 65_535

/** The `mtu` option of a network; undefined when it has none. */
export const mtuOf = (options: NetworkRecord['options']): number | undefined => {
  const text = options['mtu']
  if (text === undefined) return undefined
  const mtu = Number(text)
  if (!/^\d{1,5}$/.test(text) || mtu < MTU_LEAST || mtu > MTU_MOST)
    throw invalid(`not an MTU: ${JSON.stringify(text)}`, `use ${MTU_LEAST} to ${MTU_MOST}`)
  return mtu
}

const checkOptions = (options: NetworkRecord['options']): void => {
  const unknown = Object.keys(options).find((key) => key !== 'mtu')
  if (unknown !== undefined)
    throw new EngineError('unsupported', `networks have no option ${unknown}`, { hint: 'the one known is mtu' })
  mtuOf(options)
}

type SubnetSpec = NonNullable<NetworkSpec['subnets']>[number]

const rangeOf = (text: string, cidr: Cidr): NonNullable<Subnet['range']> => {
  const range = requireCidr(text, 'the range of addresses')
  if (range.prefix < cidr.prefix || !cidrContains(cidr, range))
    throw invalid(`range ${text} is not inside subnet ${formatCidr(cidr)}`)
  const whole = hostBounds(cidr)
  const { first, last } = cidrBounds(range)
  const clip = (value: bigint) =>
    formatIp({
      family: cidr.family,
      value: value < whole.first ? whole.first : value > whole.last ? whole.last : value
    })
  return { start: clip(first), end: clip(last) }
}

/** A subnet with its gateway, by default the first address of a host. */
export const completeSubnet = (
  cidr: Cidr,
  { gateway, ipRange }: Pick<SubnetSpec, 'gateway' | 'ipRange'> = {}
): Subnet => {
  const subnet = formatCidr(cidr)
  if (cidr.family === 4 && cidr.prefix > SMALLEST_PREFIX)
    throw invalid(`subnet ${subnet} is too small`, `use a prefix length of ${SMALLEST_PREFIX} or less`)
  const { first, last } = hostBounds(cidr)
  const address = gateway === undefined ? { family: cidr.family, value: first } : requireIp(gateway, 'the gateway')
  if (!cidrContains(cidr, address) || address.value < first || address.value > last) {
    throw invalid(`gateway ${gateway} is not the address of a host in subnet ${subnet}`)
  }
  return { subnet, gateway: formatIp(address), ...(ipRange === undefined ? {} : { range: rangeOf(ipRange, cidr) }) }
}

/** The first free /24 from 10.89.0.0 upward, beginning at candidate number `first`. @throws EngineError `exhausted` */
export const chooseSubnet = (busy: readonly Cidr[], first = 0): Cidr => {
  for (let step = 0; step < SUBNET_CANDIDATES; step++) {
    const index = (first + step) % SUBNET_CANDIDATES
    const value = (10n << 24n) + BigInt(89 * 256 + index) * 256n
    const cidr: Cidr = { family: 4, value, prefix: 24 }
    if (!busy.some((other) => cidrsOverlap(cidr, other))) return cidr
  }
  throw new EngineError('exhausted', 'no free subnet is left between 10.89.0.0 and 10.255.255.255', {
    hint: 'remove networks, or choose a subnet'
  })
}

export const subnetsOf = (network: Pick<NetworkRecord, 'subnets'>): Cidr[] =>
  network.subnets.map(({ subnet }) => requireCidr(subnet, 'subnet'))

export interface Surroundings {
  /** Networks that exist. */
  readonly networks: readonly NetworkRecord[]
  /** Subnets of the host's routes and of other engines. */
  readonly hostSubnets: readonly Cidr[]
  readonly firstSubnet: number
}

const explicitSubnet = (
  spec: SubnetSpec & { readonly subnet: string },
  { networks, hostSubnets }: Surroundings
): Subnet => {
  const cidr = requireCidr(spec.subnet, 'the subnet')
  if (cidr.family === 6)
    throw new EngineError('unsupported', `cannot use the IPv6 subnet ${spec.subnet}: networks have IPv4 addresses only`)
  const owner = networks.find((network) => subnetsOf(network).some((other) => cidrsOverlap(cidr, other)))
  if (owner !== undefined)
    throw invalid(`subnet ${spec.subnet} overlaps with that of network ${owner.name}`, 'choose another subnet, or none')
  const route = hostSubnets.find((other) => cidrsOverlap(cidr, other))
  if (route !== undefined)
    throw invalid(
      `subnet ${spec.subnet} overlaps with ${formatCidr(route)}, which the host uses`,
      'choose another subnet, or none'
    )
  return completeSubnet(cidr, spec)
}

/** Decides the subnets of a new network. @throws EngineError `invalid-argument`, `exhausted`, `unsupported` */
export const planSubnets = (spec: NetworkSpec, surroundings: Surroundings): Subnet[] => {
  if (spec.ipv6 === true)
    throw new EngineError('unsupported', 'networks have IPv4 addresses only', {
      hint: 'create the network without IPv6'
    })
  const [wanted = {}, second] = spec.subnets ?? []
  if (second !== undefined)
    throw new EngineError('unsupported', 'a network has one IPv4 subnet', { hint: 'create one network per subnet' })
  if (wanted.subnet !== undefined) return [explicitSubnet({ ...wanted, subnet: wanted.subnet }, surroundings)]
  if (wanted.gateway !== undefined || wanted.ipRange !== undefined)
    throw invalid('a gateway or a range of addresses needs the subnet it belongs to')
  const busy = [...surroundings.networks.flatMap(subnetsOf), ...surroundings.hostSubnets]
  return [completeSubnet(chooseSubnet(busy, surroundings.firstSubnet))]
}

/** Everything of a request that needs no look around. @throws EngineError `invalid-argument`, `unsupported` */
export const checkSpec = (spec: NetworkSpec): void => {
  checkName(spec.name)
  if (spec.driver !== undefined && spec.driver !== 'bridge') {
    throw new EngineError('unsupported', `there is no network driver ${JSON.stringify(spec.driver)}`, {
      hint: 'the one known is bridge'
    })
  }
  if (spec.interface !== undefined) checkInterfaceName(spec.interface)
  checkOptions(spec.options ?? {})
}
