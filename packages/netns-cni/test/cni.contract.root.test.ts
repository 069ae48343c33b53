import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { describeNetworkDriver } from '@runcible/suites'
import { cniNetworks } from '../src/index.ts'
import { cniInit } from './support/cni-init.ts'
import { enterPrivateNetwork, type PrivateNetwork } from './support/private-network.ts'
import { networkSubject } from './support/subject.ts'

const network = enterPrivateNetwork()
afterAll(() => network[Symbol.dispose]())

/** The plugins leave tables and chains of no container; rules that name one would be left over. */
const withoutTables: PrivateNetwork = { ...network, tables: () => [], [Symbol.dispose]: () => {} }

const rulesLeft = (): string[] => {
  const rules = execFileSync('nft', ['list', 'ruleset'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  return rules.split('\n').filter((line) => /10\.\d+\.\d+\.\d+/.test(line))
}

const namesIn = (directory: string): string[] => (existsSync(directory) ? readdirSync(directory) : [])

describeNetworkDriver('cni', () =>
  networkSubject({
    network: withoutTables,
    program: fileURLToPath(new URL('support/cni-program.ts', import.meta.url)),
    makeDriver: ({ state, root }) => cniNetworks(cniInit(root))({ state }),
    leftovers: (root) => [...rulesLeft(), ...namesIn(join(root, 'cni/results'))]
  })
)
