import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { describeNetworkDriver } from '@runcible/suites'
import { bridgeNetworks } from '../src/index.ts'
import { enterPrivateNetwork } from './support/private-network.ts'
import { networkSubject } from './support/subject.ts'

const network = enterPrivateNetwork()
afterAll(() => network[Symbol.dispose]())

describeNetworkDriver('bridge', () =>
  networkSubject({
    network,
    program: fileURLToPath(new URL('support/bridge-program.ts', import.meta.url)),
    makeDriver: ({ state, root, netns }) => bridgeNetworks({ root, netns })({ state })
  })
)
