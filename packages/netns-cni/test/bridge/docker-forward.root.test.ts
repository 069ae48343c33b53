import { execFileSync } from 'node:child_process'
import { afterAll, expect, it } from 'vitest'
import { ask, serve } from '@runcible/suites'
import { bridgeNetworks } from '../../src/index.ts'
import { enterPrivateNetwork, outsideAddress } from '../support/private-network.ts'
import { networkSubject } from '../support/subject.ts'

const network = enterPrivateNetwork()
afterAll(() => network[Symbol.dispose]())

const dockerRules = `
table ip filter {
  chain DOCKER-USER { counter return; }
  chain FORWARD { type filter hook forward priority filter; policy drop; jump DOCKER-USER; }
}
`

const userRules = () => execFileSync('iptables', ['-S', 'DOCKER-USER'], { encoding: 'utf8' }).trim().split('\n')

it('gets through where a Docker daemon drops what is not its own, and leaves its chain as it was', async () => {
  execFileSync('nft', ['-f', '-'], { input: dockerRules })
  const before = userRules()
  await using subject = await networkSubject({
    network,
    program: '',
    makeDriver: ({ state, root, netns }) => bridgeNetworks({ root, netns })({ state })
  })
  const { driver } = subject
  const up = async (containerId: string) => {
    const netns = await driver.createNamespace(containerId)
    const ports = [
      { hostPort: containerId === 'one' ? 18080 : 18081, containerPort: 80, protocol: 'tcp', range: 1 }
    ] as const
    return driver.setup({ containerId, containerName: containerId, netns, endpoints: [{ network: 'runcible' }], ports })
  }
  const one = await up('one')
  const two = await up('two')
  expect(userRules()).toHaveLength(before.length + 2)
  await using _outside = await serve(network.outside, 8002, 'outside')
  await using _server = await serve(one.netns, 80, 'one')
  expect(await ask(one.netns, 'tcp', outsideAddress, 8002)).toMatch(/^outside /)
  expect(await ask(network.outside, 'tcp', '198.51.100.1', 18080)).toMatch(/^one /)
  await driver.teardown({ containerId: 'one', attachment: one })
  expect(userRules()).toHaveLength(before.length + 2)
  await driver.teardown({ containerId: 'two', attachment: two })
  expect(userRules()).toEqual(before)
})
