import { dirname } from 'node:path'
import { cniNetworks } from '../../src/index.ts'
import { cniInit } from './cni-init.ts'
import { setUpContainers } from './set-up-containers.ts'

await setUpContainers((state) => cniNetworks(cniInit(dirname(process.argv[2] ?? '')))({ state }))
