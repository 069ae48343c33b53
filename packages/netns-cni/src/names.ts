import { ipBytes, type IpAddress } from './ip-address.ts'

/** 16 hex digits: a short stable name for a long one, where no adversary chooses. FNV-1a with a final mix, 64 bits. */
export const shortHash = (value: string): string => {
  let hash = 0xcbf29ce484222325n
  for (const byte of Buffer.from(value)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  for (const factor of [0xff51afd7ed558ccdn, 0xc4ceb9fe1a85ec53n])
    hash = BigInt.asUintN(64, (hash ^ (hash >> 33n)) * factor)
  return (hash ^ (hash >> 33n)).toString(16).padStart(16, '0')
}

/** Name of the lock that is held while bridges and rules come and go, and addresses are given. */
export const NETWORKS_LOCK = 'networks'

const DEFAULT_ROOT = '/var/lib/runcible'

/** Names on the host that belong to the engine of one root; two engines never share one. */
export interface HostNames {
  /** Of the nftables table, family inet. */
  readonly table: string
  /** Bridge devices are this and a number: 15 characters at most. */
  readonly bridgePrefix: string
  /** Where the search for a free subnet begins, among `subnetCandidates`. */
  readonly firstSubnet: number
}

/** Tables of engines of any root. */
export const TABLE_NAME = /^runcible(_[0-9a-f]{16})?$/

/** How many /24 networks from 10.89.0.0 up to 10.255.255.0. */
export const SUBNET_CANDIDATES = (256 - 89) * 256

export const hostNames = (root: string): HostNames => {
  if (root === DEFAULT_ROOT) return { table: 'runcible', bridgePrefix: 'runcible', firstSubnet: 0 }
  const hash = shortHash(root)
  // Far apart, so that engines side by side seldom choose the same subnet for networks that are not up.
  const firstSubnet = 256 + (Number.parseInt(hash.slice(0, 6), 16) % (SUBNET_CANDIDATES - 256))
  return { table: `runcible_${hash}`, bridgePrefix: `rc${hash.slice(0, 8)}b`, firstSubnet }
}

/** Host side of a container's device number `index`: known from the container's id alone. */
export const vethName = (containerId: string, index: number): string =>
  `veth${shortHash(`${index}/${containerId}`).slice(0, 10)}`

/**
 * A locally administered MAC made from the address: a neighbour that remembers the previous owner of an address is
 * still right about the next.
 */
export const macFor = (ip: IpAddress): string => {
  const bytes = ipBytes(ip).subarray(-4)
  return `0a:52:${bytes.toString('hex').replace(/..(?!$)/g, '$&:')}`
}
