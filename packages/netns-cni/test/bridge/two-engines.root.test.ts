import { afterAll, expect, it } from 'vitest'
import type { NetworkDriver } from '@runcible/interface'
import { ask, serve } from '@runcible/suites'
import { bridgeNetworks } from '../../src/index.ts'
import { enterPrivateNetwork } from '../support/private-network.ts'
import { networkSubject } from '../support/subject.ts'

const network = enterPrivateNetwork()
afterAll(() => network[Symbol.dispose]())

const engine = () =>
  networkSubject({
    network,
    program: '',
    makeDriver: ({ state, root, netns }) => bridgeNetworks({ root, netns })({ state })
  })

const up = async (driver: NetworkDriver, containerId: string, hostPort: number) => {
  const netns = await driver.createNamespace(containerId)
  const ports = [{ hostPort, containerPort: 80, protocol: 'tcp', range: 1 }] as const
  return driver.setup({ containerId, containerName: containerId, netns, endpoints: [{ network: 'runcible' }], ports })
}

it('works side by side with an engine of another root', async () => {
  await using first = await engine()
  await using second = await engine()
  const one = await up(first.driver, 'one', 18080)
  await expect(up(second.driver, 'two', 18080)).rejects.toMatchObject({
    code: 'in-use',
    message: expect.stringContaining('another root')
  })
  const two = await up(second.driver, 'two', 18081)
  await using _one = await serve(one.netns, 80, 'one')
  await using _two = await serve(two.netns, 80, 'two')
  expect(await ask(undefined, 'tcp', '127.0.0.1', 18080)).toMatch(/^one /)
  expect(await ask(undefined, 'tcp', '127.0.0.1', 18081)).toMatch(/^two /)
  expect(await ask(two.netns, 'tcp', one.endpoints[0]?.addresses[0]?.split('/')[0] ?? '', 80)).toBe('')
  await first.driver.teardown({ containerId: 'one', attachment: one })
  expect(await ask(undefined, 'tcp', '127.0.0.1', 18081)).toMatch(/^two /)
  await second.driver.teardown({ containerId: 'two', attachment: two })
  expect(await first.world?.leftovers()).toEqual([])
})

it('moves the default network when the host has come to use its subnet', async () => {
  await using subject = await engine()
  const { driver } = subject
  const before = (await driver.inspect('runcible'))?.subnets[0]?.subnet ?? ''
  await using other = await engine()
  const taken = await other.driver.create({ name: 'taken', subnets: [{ subnet: before }] })
  const netns = await other.driver.createNamespace('other')
  const attachment = await other.driver.setup({
    containerId: 'other',
    containerName: 'other',
    netns,
    endpoints: [{ network: taken.name }],
    ports: []
  })
  const mine = await up(driver, 'mine', 18080)
  expect(mine.endpoints[0]?.addresses[0]).not.toBe(attachment.endpoints[0]?.addresses[0])
  expect((await driver.inspect('runcible'))?.subnets[0]?.subnet).not.toBe(before)
  await driver.teardown({ containerId: 'mine', attachment: mine })
  await other.driver.teardown({ containerId: 'other', attachment })
})
