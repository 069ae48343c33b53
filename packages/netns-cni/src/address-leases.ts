import { EngineError, type AddressLease, type EntityStores, type NetworkRecord } from '@runcible/interface'
import {
  cidrContains,
  formatIp,
  hostBounds,
  parseIp,
  requireCidr,
  requireIp,
  type Cidr,
  type IpAddress
} from './ip-address.ts'

type Addresses = Pick<EntityStores, 'addresses'>

/** More than any network of ours holds; a larger one would only be slow. */
const ALL = 1_000_000

export const addressLeaseId = (network: string, address: string): string => `${network}/${address}`

export const leasesOfNetwork = (state: Addresses, network: string, limit = ALL): readonly AddressLease[] =>
  state.addresses.withPrefix(`${network}/`, limit)

const inRange = (
  subnet: NetworkRecord['subnets'][number],
  cidr: Cidr
): { readonly first: bigint; readonly last: bigint } => {
  const bounds = hostBounds(cidr)
  if (subnet.range === undefined) return bounds
  return {
    first: requireIp(subnet.range.start, 'start of the range').value,
    last: requireIp(subnet.range.end, 'end of the range').value
  }
}

/** The next free address after the one given out last, so that an address rests before it is used again. */
const nextFree = (network: NetworkRecord, leases: readonly AddressLease[]): IpAddress => {
  const [subnet] = network.subnets
  if (subnet === undefined)
    throw new EngineError('failed-precondition', `network ${network.name} has no subnet to take an address from`)
  const cidr = requireCidr(subnet.subnet, 'subnet')
  const { first, last } = inRange(subnet, cidr)
  const used = new Set(leases.map((lease) => lease.address).concat(subnet.gateway ?? []))
  const latest = leases.reduce<AddressLease | undefined>(
    (best, lease) => (best === undefined || lease.createdAt >= best.createdAt ? lease : best),
    undefined
  )
  const previous = latest === undefined ? undefined : parseIp(latest.address)?.value
  const start = previous !== undefined && previous >= first && previous < last ? previous + 1n : first
  for (let value = start, left = BigInt(used.size) + 1n; left > 0n; left--) {
    const ip: IpAddress = { family: cidr.family, value }
    if (!used.has(formatIp(ip))) return ip
    value = value >= last ? first : value + 1n
  }
  throw new EngineError('exhausted', `network ${network.name} has no free address left in ${subnet.subnet}`, {
    subject: { kind: 'network', name: network.name },
    hint: 'remove containers, or create a network with a larger subnet'
  })
}

/** The address asked for, when the network can give it. @throws EngineError `in-use`, `invalid-argument` */
export const checkFixed = (network: NetworkRecord, leases: readonly AddressLease[], text: string): IpAddress => {
  const ip = requireIp(text, 'the address of the container')
  const subject = { kind: 'network', name: network.name } as const
  const subnet = network.subnets.find((candidate) => cidrContains(requireCidr(candidate.subnet, 'subnet'), ip))
  if (subnet === undefined) {
    throw new EngineError('invalid-argument', `address ${text} is in no subnet of network ${network.name}`, {
      subject,
      hint: `choose one in ${network.subnets.map((candidate) => candidate.subnet).join(' or ')}`
    })
  }
  const { first, last } = hostBounds(requireCidr(subnet.subnet, 'subnet'))
  if (ip.value < first || ip.value > last)
    throw new EngineError('invalid-argument', `address ${text} cannot belong to a host`, { subject })
  const address = formatIp(ip)
  if (address === subnet.gateway || leases.some((lease) => lease.address === address)) {
    throw new EngineError('in-use', `address ${address} of network ${network.name} is in use`, {
      subject,
      hint: 'choose another address, or none'
    })
  }
  return ip
}

export interface AddressRequest {
  readonly network: NetworkRecord
  readonly containerId: string
  /** The address asked for. */
  readonly fixed?: string | undefined
}

/**
 * Gives a container an address and records it. Call it in a transaction.
 *
 * @throws EngineError `in-use`, `exhausted`, `invalid-argument`
 */
export const leaseAddress = (state: Addresses, { network, containerId, fixed }: AddressRequest): IpAddress => {
  const leases = leasesOfNetwork(state, network.name)
  const ip = fixed === undefined ? nextFree(network, leases) : checkFixed(network, leases, fixed)
  const address = formatIp(ip)
  const createdAt = leases.reduce((latest, lease) => Math.max(latest, lease.createdAt + 1), Date.now())
  state.addresses.insert({
    id: addressLeaseId(network.name, address),
    networkId: network.id,
    address,
    containerId,
    createdAt
  })
  return ip
}
