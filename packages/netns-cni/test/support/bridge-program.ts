import { dirname, join } from 'node:path'
import { bridgeNetworks } from '../../src/index.ts'
import { setUpContainers } from './set-up-containers.ts'

const root = dirname(process.argv[2] ?? '')
await setUpContainers((state) => bridgeNetworks({ root, netns: join(root, 'netns') })({ state }))
