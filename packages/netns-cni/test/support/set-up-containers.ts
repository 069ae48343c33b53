import type { NetworkDriver } from '@runcible/interface'
import { fileState } from './file-state.ts'

/** A program: sets up containers with a driver and prints their addresses as JSON. */
export const setUpContainers = async (
  makeDriver: (state: ReturnType<typeof fileState>) => NetworkDriver
): Promise<void> => {
  const [database = '', ...containerIds] = process.argv.slice(2)
  const state = fileState(database)
  const driver = makeDriver(state)
  const addresses: string[] = []
  for (const containerId of containerIds) {
    const netns = await driver.createNamespace(containerId)
    const request = { containerId, containerName: containerId, netns, endpoints: [{ network: 'runcible' }], ports: [] }
    const attachment = await driver.setup(request)
    addresses.push(attachment.endpoints[0]?.addresses[0]?.split('/')[0] ?? '')
  }
  state.close()
  process.stdout.write(JSON.stringify(addresses))
}
