import { EngineError, type NetworkAttachment } from '@runcible/interface'
import { addressLeaseId } from '../address-leases.ts'
import { requireIp } from '../ip-address.ts'
import { NETWORKS_LOCK } from '../names.ts'
import { findLink, setHairpin, setMaster } from '../rtnetlink/links.ts'
import type { Context } from './context.ts'
import { enableForwarding, ensureBridge } from './devices.ts'
import { allow } from './setup.ts'

/** Bridges, ports of bridges and rules as `setup` left them. */
export const reload = async (self: Context, containerId: string, attachment: NetworkAttachment): Promise<void> => {
  await using _lock = await self.state.lock(NETWORKS_LOCK)
  const connections = attachment.endpoints.map((endpoint) => ({
    endpoint,
    network: self.records.require(endpoint.network),
    address: requireIp(endpoint.addresses[0]?.split('/')[0] ?? '', 'the address of the container')
  }))
  const [missing] = connections.filter(({ endpoint }) => {
    const [address = ''] = endpoint.addresses[0]?.split('/') ?? []
    return self.state.addresses.get(addressLeaseId(endpoint.network, address))?.containerId !== containerId
  })
  if (missing !== undefined) {
    throw new EngineError(
      'failed-precondition',
      `container ${containerId.slice(0, 12)} is not connected to network ${missing.network.name}`
    )
  }
  enableForwarding()
  self.rules.prepare()
  using host = self.openRoute()
  for (const { endpoint, network } of connections) {
    const bridge = ensureBridge(host, network)
    const outer = endpoint.hostInterface === undefined ? undefined : findLink(host, endpoint.hostInterface)
    if (outer === undefined || outer.master === bridge.index) continue
    setMaster(host, outer.index, bridge.index)
    setHairpin(host, outer.index)
  }
  if (connections.length > 0) allow(self, connections, attachment.ports)
}
