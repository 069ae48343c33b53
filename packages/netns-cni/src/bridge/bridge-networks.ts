import type { CallOptions, Factory, NetworkDriver, TeardownRequest } from '@runcible/interface'
import { withKernelErrors } from '../kernel-errors.ts'
import { NETWORKS_LOCK } from '../names.ts'
import { context, type BridgeNetworksInit, type Context } from './context.ts'
import { detach, detachContainer, holdingsOf, isEmpty, othersOn, sweepNetworks } from './detach.ts'
import { reload } from './reload.ts'
import { setup } from './setup.ts'

const whileLocked = async <T>(self: Context, options: CallOptions | undefined, work: () => Promise<T>): Promise<T> => {
  await using _lock = await self.state.lock(NETWORKS_LOCK, options)
  return await work()
}

/** Removes the container from the host, its namespace last. The lock is held only while a network goes. */
const teardown = async (self: Context, request: TeardownRequest, options?: CallOptions): Promise<void> => {
  const holdings = holdingsOf(self.state, request)
  if (!isEmpty(holdings)) {
    const alone = await whileLocked(self, options, async () => {
      if (othersOn(self.state, holdings)) return false
      await detach(self, holdings)
      return true
    })
    if (!alone) {
      await detachContainer(self, holdings)
      await whileLocked(self, options, () => sweepNetworks(self, holdings))
    }
  }
  self.spaces.remove(request.containerId)
}

/** Networks made by this process: bridges and veth pairs over rtnetlink, rules in an nftables table of its own. */
export const bridgeNetworks =
  (init: BridgeNetworksInit): Factory<'state', NetworkDriver> =>
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
      teardown: (request, options) => withKernelErrors('take down the network', () => teardown(self, request, options)),
      reload: ({ containerId, attachment }) =>
        withKernelErrors('reload the network', () => reload(self, containerId, attachment))
    }
  }
