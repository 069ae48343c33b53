import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NetworkRecord } from '@runcible/interface'
import type { NetlinkSocket } from '@runcible/linux'
import { parseCidr, type Cidr } from './ip-address.ts'
import { DEFAULT_NETWORK } from './network-spec.ts'
import { listRoutes } from './rtnetlink/addresses.ts'
import { listLinks } from './rtnetlink/links.ts'

/** Where other engines describe networks that may not be up at the moment. */
const foreignDirectories = ['/etc/cni/net.d', '/etc/containers/networks']

const SUBNET = /"subnet"\s*:\s*"([0-9a-fA-F.:]+\/\d+)"/g

const textsIn = (directory: string): string[] => {
  try {
    const names = readdirSync(directory).filter((name) => /\.(conf|conflist|json)$/.test(name))
    return names.flatMap((name) => {
      try {
        return [readFileSync(join(directory, name), 'utf8')]
      } catch {
        // A file that cannot be read says nothing about subnets; the host's routes still do.
        return []
      }
    })
  } catch {
    return []
  }
}

/** Subnets in the network files of Podman and CNI. */
const foreignSubnets = (directories: readonly string[] = foreignDirectories): Cidr[] =>
  directories
    .flatMap(textsIn)
    .flatMap((text) => [...text.matchAll(SUBNET)])
    .flatMap(([, subnet]) => parseCidr(subnet ?? '') ?? [])

/** What a new network must stay clear of. */
export interface HostUse {
  /** Subnets of the host's routes, and of networks of other engines. */
  readonly hostSubnets: readonly Cidr[]
  /** Names of devices. */
  readonly devices: ReadonlySet<string>
}

export const lookAround = (openRoute: () => NetlinkSocket): HostUse => {
  using socket = openRoute()
  const hostSubnets = [...listRoutes(socket).map((route) => route.destination), ...foreignSubnets()]
  return { hostSubnets, devices: new Set(listLinks(socket).map((link) => link.name)) }
}

/** The first device name of ours that neither a network nor the host has; number 0 is the default network's. */
export const chooseInterface = (
  prefix: string,
  networks: readonly NetworkRecord[],
  { devices }: Pick<HostUse, 'devices'>
): string => {
  const taken = new Set([...networks.map((network) => network.interface), ...devices])
  for (let number = networks.some((network) => network.name === DEFAULT_NETWORK) ? 1 : 0; ; number++) {
    if (!taken.has(`${prefix}${number}`)) return `${prefix}${number}`
  }
}
