import {
  EngineError,
  type CallOptions,
  type Factory,
  type NetworkAttachment,
  type NetworkDriver
} from '@runcible/interface'
import { withKernelErrors } from '../kernel-errors.ts'
import { NETWORKS_LOCK } from '../names.ts'
import { context, type CniNetworksInit, type Context } from './context.ts'
import { detach } from './detach.ts'
import { removeFromNetwork } from './invoke.ts'
import { add, setup } from './setup.ts'

const teardown = async (self: Context, containerId: string, options?: CallOptions): Promise<void> => {
  {
    await using _lock = await self.state.lock(NETWORKS_LOCK, options)
    await detach(self, containerId)
  }
  self.spaces.remove(containerId)
}

/** The plugins know no reload: each network is left and joined again, with the same address and MAC. */
const reload = async (self: Context, containerId: string, attachment: NetworkAttachment): Promise<void> => {
  await using _lock = await self.state.lock(NETWORKS_LOCK)
  const invocations = self.cache.load(containerId)
  if (invocations.length === 0) {
    throw new EngineError('failed-precondition', `container ${containerId.slice(0, 12)} is connected to no network`, {
      subject: { kind: 'container', name: containerId }
    })
  }
  // Rules that were flushed cannot be deleted; the plugins complain, and have done the rest.
  for (const invocation of [...invocations].reverse()) await removeFromNetwork(self.runner, invocation).catch(() => {})
  for (const { result: _old, ...invocation } of invocations) {
    const endpoint = attachment.endpoints.find((candidate) => candidate.interface === invocation.device)
    const kept = endpoint === undefined ? {} : { ips: endpoint.addresses, mac: endpoint.mac }
    await add(self, { ...invocation, capabilities: { ...invocation.capabilities, ...kept } })
  }
}

/** Networks the CNI way: configuration lists in files, plugins that are programs. */
export const cniNetworks =
  (init: CniNetworksInit): Factory<'state', NetworkDriver> =>
  ({ state }) => {
    const self = context(init, state)
    const { create, remove, list, inspect } = self.records
    return {
      create,
      remove,
      list,
      inspect,
      createNamespace: (containerId) =>
        withKernelErrors('make a network namespace', () => self.spaces.create(containerId)),
      setup: (request, options) => withKernelErrors('set up the network', () => setup(self, request, options)),
      teardown: ({ containerId }, options) =>
        withKernelErrors('take down the network', () => teardown(self, containerId, options)),
      reload: ({ containerId, attachment }) =>
        withKernelErrors('reload the network', () => reload(self, containerId, attachment))
    }
  }
