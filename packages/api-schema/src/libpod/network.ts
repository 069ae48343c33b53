import type { NetworkRecord, Networks } from '@runcible/interface'
import { sortedRecord } from '../record.ts'
import { rfc3339 } from '../time.ts'

export interface InspectSubnet {
  readonly subnet: string
  readonly gateway?: string
  readonly lease_range?: { readonly start_ip: string; readonly end_ip: string }
}

/** What libpod prints of one network. */
export interface InspectNetwork {
  readonly name: string
  readonly id: string
  readonly driver: string
  readonly network_interface: string
  readonly created: string
  readonly subnets: readonly InspectSubnet[]
  readonly ipv6_enabled: boolean
  readonly internal: boolean
  readonly dns_enabled: boolean
  readonly labels: Readonly<Record<string, string>>
  readonly options: Readonly<Record<string, string>>
  readonly ipam_options: Readonly<Record<string, string>>
  readonly containers?: Readonly<Record<string, object>>
}

type Inspected = Awaited<ReturnType<Networks['inspect']>>

export function inspectNetwork(network: NetworkRecord | Inspected): InspectNetwork {
  return {
    name: network.name,
    id: network.id,
    driver: network.driver,
    network_interface: network.interface ?? '',
    created: rfc3339(network.createdAt),
    subnets: network.subnets.map(({ subnet, gateway, range }) => ({
      subnet,
      ...(gateway === undefined ? {} : { gateway }),
      ...(range === undefined ? {} : { lease_range: { start_ip: range.start, end_ip: range.end } })
    })),
    ipv6_enabled: network.ipv6,
    internal: network.internal,
    dns_enabled: network.dns,
    labels: sortedRecord(network.labels),
    options: sortedRecord(network.options),
    ipam_options: sortedRecord({ driver: 'host-local' }),
    ...('containers' in network ? { containers: inspectMembers(network) } : {})
  }
}

function inspectMembers({ containers }: Inspected): Readonly<Record<string, object>> {
  return sortedRecord(
    containers.map(
      (member) =>
        [
          member.id,
          {
            name: member.name,
            interfaces: sortedRecord({
              [member.interface]: { subnets: member.addresses.map((ipnet) => ({ ipnet })), mac_address: member.mac }
            })
          }
        ] as const
    )
  )
}
