import { leasesOfNetwork } from '../address-leases.ts'
import { portLeasesOf } from '../port-leases.ts'
import type { Context } from './context.ts'
import { removeFromNetwork } from './invoke.ts'

/** DEL for everything the container has, then its leases, then bridges that nobody is on. The caller holds the lock. */
export const detach = async (
  { state, runner, cache, records, removeLinks }: Context,
  containerId: string
): Promise<void> => {
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
  if (bridges.length > 0) await removeLinks(bridges)
  cache.forget(containerId)
}
