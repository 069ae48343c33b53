import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NetlinkSocket } from '@runcible/linux'
import { parseCidr, type Cidr } from './ip-address.ts'
import { listRoutes } from './rtnetlink/addresses.ts'

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
export const foreignSubnets = (directories: readonly string[] = foreignDirectories): Cidr[] =>
  directories
    .flatMap(textsIn)
    .flatMap((text) => [...text.matchAll(SUBNET)])
    .flatMap(([, subnet]) => parseCidr(subnet ?? '') ?? [])

/** Subnets that a new network must stay clear of. */
export const hostSubnets = (socket: NetlinkSocket): Cidr[] => [...listRoutes(socket).map((route) => route.destination), ...foreignSubnets()]
