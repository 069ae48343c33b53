import { existsSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { describeNetworkDriver } from '@runcible/suites'
import { bridgeNetworks } from '../src/index.ts'
import { enterPrivateNetwork } from './support/private-network.ts'
import { networkSubject } from './support/subject.ts'

const network = enterPrivateNetwork()
afterAll(() => network[Symbol.dispose]())

/** Whether packets between ports of a bridge pass the rules for routed packets: hosts differ, and it changes the ways. */
const parameter = '/proc/sys/net/bridge/bridge-nf-call-iptables'

const describeBridge = (name: string, value: string): void =>
  describeNetworkDriver(name, () => {
    if (existsSync(parameter)) writeFileSync(parameter, value)
    return networkSubject({
      network,
      program: fileURLToPath(new URL('support/bridge-program.ts', import.meta.url)),
      makeDriver: ({ state, root, netns }) => bridgeNetworks({ root, netns })({ state })
    })
  })

describeBridge('bridge', '1')
describeBridge('bridge, whose packets pass no rules', '0')
