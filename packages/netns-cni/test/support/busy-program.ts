import { dirname, join } from 'node:path'
import { bridgeNetworks } from '../../src/index.ts'
import { fileState } from './file-state.ts'

// A program that sets one container up and down for ever, until it is killed.
const database = process.argv[2] ?? ''
const root = dirname(database)
const driver = bridgeNetworks({ root, netns: join(root, 'netns') })({ state: fileState(database) })
process.stdout.write('ready\n')
for (;;) {
  const netns = await driver.createNamespace('busy')
  const ports = [{ hostPort: 18080, containerPort: 80, protocol: 'tcp', range: 2 }] as const
  const endpoints = [{ network: 'runcible' }, { network: 'second' }]
  const attachment = await driver.setup({ containerId: 'busy', containerName: 'busy', netns, endpoints, ports })
  await driver.teardown({ containerId: 'busy', attachment })
}
