import type { NetworkRecord, StateStore, TeardownRequest } from '@runcible/interface'
import { addressLeaseId, leasesOfNetwork } from '../address-leases.ts'
import { parseIp } from '../ip-address.ts'
import { vethName } from '../names.ts'
import type { SetElement } from '../nftables/elements.ts'
import { portLeasesOf } from '../port-leases.ts'
import { portOfLease } from '../port-mapping.ts'
import type { Context } from './context.ts'
import { bridgeName } from './devices.ts'
import { addressElement, networkElements, publishedElement } from './ruleset.ts'

/** What a container holds on the host, as the leases tell. */
export interface Holdings {
  readonly containerId: string
  readonly addresses: readonly { readonly id: string; readonly network: string; readonly address: string }[]
  /** Keys of port leases. */
  readonly ports: readonly string[]
}

export const holdingsOf = (state: StateStore, { containerId, attachment }: TeardownRequest): Holdings => {
  const ids = attachment?.endpoints.flatMap(({ network, addresses }) =>
    addresses.map((address) => addressLeaseId(network, address.split('/')[0] ?? ''))
  )
  const leases = ids === undefined ? state.addresses.list() : ids.flatMap((id) => state.addresses.get(id) ?? [])
  const addresses = leases
    .filter((lease) => lease.containerId === containerId)
    .map(({ id, address }) => ({ id, address, network: id.slice(0, id.length - address.length - 1) }))
  return { containerId, addresses, ports: portLeasesOf(state, containerId, attachment?.ports) }
}

export const isEmpty = ({ addresses, ports }: Holdings): boolean => addresses.length === 0 && ports.length === 0

/** Whether other containers are on one of its networks. */
export const othersOn = (state: StateStore, { containerId, addresses }: Holdings): boolean =>
  addresses.some(({ network }) => leasesOfNetwork(state, network, 2).some((lease) => lease.containerId !== containerId))

const elementsOf = ({ addresses, ports }: Holdings): SetElement[] => [
  ...ports.flatMap((id) => portOfLease(id) ?? []).map(publishedElement),
  ...addresses.flatMap(({ address }) => parseIp(address) ?? []).map(addressElement)
]

const devicesOf = ({ containerId, addresses }: Holdings): string[] =>
  [...addresses.keys()].map((index) => vethName(containerId, index))

const forget = (state: StateStore, { addresses, ports }: Holdings): void =>
  state.transaction((stores) => {
    for (const { id } of addresses) stores.addresses.delete(id)
    for (const id of ports) stores.ports.delete(id)
  })

const networksOf = (state: StateStore, { addresses }: Holdings): NetworkRecord[] =>
  [...new Set(addresses.map(({ network }) => network))].flatMap((network) => state.networks.get(network)?.record ?? [])

/** Networks of the container that are nobody else's. */
const ownNetworks = (state: StateStore, holdings: Holdings): NetworkRecord[] =>
  networksOf(state, holdings).filter(({ name }) =>
    leasesOfNetwork(state, name, 2).every((lease) => lease.containerId === holdings.containerId)
  )

const nobodyLeft = (state: StateStore, containerId = ''): boolean =>
  state.addresses.list().every((lease) => lease.containerId === containerId)

/**
 * Takes away rules, devices and leases of a container, and of networks that it was the last on. The leases go after
 * all else: what is interrupted begins at the same place. The caller holds the lock.
 */
export const detach = async ({ state, rules, removeLinks }: Context, holdings: Holdings): Promise<void> => {
  if (isEmpty(holdings)) return
  const networks = ownNetworks(state, holdings)
  if (networks.length > 0 && nobodyLeft(state, holdings.containerId)) rules.clear()
  else
    rules.remove([
      ...elementsOf(holdings),
      ...networks.flatMap((network) => networkElements(bridgeName(network), network))
    ])
  if (networks.length > 0) rules.expel(networks.map(bridgeName))
  await removeLinks([...devicesOf(holdings), ...networks.map(bridgeName)], [rules.fd])
  forget(state, holdings)
}

/** The container's part of it, for which no lock is needed: nobody else knows of its devices and elements. */
export const detachContainer = async ({ state, rules, removeLinks }: Context, holdings: Holdings): Promise<void> => {
  rules.remove(elementsOf(holdings))
  await removeLinks(devicesOf(holdings), [rules.fd])
  forget(state, holdings)
}

/** The networks' part, in case the others have left in the meantime. The caller holds the lock. */
export const sweepNetworks = async ({ state, rules, removeLinks }: Context, holdings: Holdings): Promise<void> => {
  const networks = networksOf(state, holdings).filter(({ name }) => leasesOfNetwork(state, name, 1).length === 0)
  if (networks.length === 0) return
  if (nobodyLeft(state)) rules.clear()
  else rules.remove(networks.flatMap((network) => networkElements(bridgeName(network), network)))
  rules.expel(networks.map(bridgeName))
  await removeLinks(networks.map(bridgeName), [rules.fd])
}
