import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isEngineError } from '@runcible/interface'
import { describeNetworkPackets } from './network-driver-packets.ts'
import { addressOf, launcher, web, type NetworkDriverSubject } from './network-driver-subject.ts'

const hex = /^[0-9a-f]{64}$/

const failsWith = (code: string) => (error: unknown) => {
  if (isEngineError(error) && error.code === code && !error.message.includes('\n')) return true
  throw error
}

const networks = (subject: () => NetworkDriverSubject) => {
  const driver = () => subject().driver

  it('always has the default network, which cannot be removed', async () => {
    expect((await driver().list()).map((network) => network.name)).toEqual(['runcible'])
    const network = await driver().inspect('runcible')
    expect(network).toMatchObject({ name: 'runcible', driver: 'bridge', internal: false })
    expect(network?.id).toMatch(hex)
    await expect(driver().remove('runcible')).rejects.toSatisfy(failsWith('invalid-argument'))
  })

  it('creates a network with a subnet of its own', async () => {
    const first = await driver().create({ name: 'one', labels: { a: 'b' } })
    const second = await driver().create({ name: 'two' })
    expect(first).toMatchObject({ name: 'one', labels: { a: 'b' }, internal: false, ipv6: false })
    expect(first.id).toMatch(hex)
    expect(first.subnets[0]?.subnet).toMatch(/^10\.\d+\.\d+\.0\/24$/)
    expect(first.subnets[0]?.gateway).toBe(first.subnets[0]?.subnet.replace('0/24', '1'))
    expect(second.subnets[0]?.subnet).not.toBe(first.subnets[0]?.subnet)
    expect(second.interface).not.toBe(first.interface)
    expect((await driver().list()).map((network) => network.name).sort()).toEqual(['one', 'runcible', 'two'])
  })

  it('finds a network by name, id and beginning of the id', async () => {
    const network = await driver().create({ name: 'one' })
    expect(await driver().inspect('one')).toEqual(network)
    expect(await driver().inspect(network.id)).toEqual(network)
    expect(await driver().inspect(network.id.slice(0, 12))).toEqual(network)
    expect(await driver().inspect('absent')).toBeUndefined()
  })

  it('takes subnet, gateway and range as they are asked for', async () => {
    const network = await driver().create({
      name: 'one',
      subnets: [{ subnet: '10.222.7.9/24', gateway: '10.222.7.254', ipRange: '10.222.7.128/25' }]
    })
    expect(network.subnets).toEqual([
      { subnet: '10.222.7.0/24', gateway: '10.222.7.254', range: { start: '10.222.7.128', end: '10.222.7.254' } }
    ])
  })

  it('refuses what cannot be', async () => {
    await driver().create({ name: 'one', subnets: [{ subnet: '10.222.7.0/24' }] })
    await expect(driver().create({ name: 'one' })).rejects.toSatisfy(failsWith('already-exists'))
    for (const name of ['', '../x', 'a b', '-x', 'a/b'])
      await expect(driver().create({ name })).rejects.toSatisfy(failsWith('invalid-argument'))
    for (const subnet of ['10.222.0.0/16', '10.222.7.128/25', 'nonsense', '10.1.2.3', '300.1.1.0/24']) {
      await expect(driver().create({ name: 'two', subnets: [{ subnet }] })).rejects.toSatisfy(
        failsWith('invalid-argument')
      )
    }
    await expect(
      driver().create({ name: 'two', subnets: [{ subnet: '10.222.8.0/24', gateway: '10.9.9.9' }] })
    ).rejects.toSatisfy(failsWith('invalid-argument'))
    await expect(driver().create({ name: 'two', driver: 'carrier-pigeon' })).rejects.toSatisfy(failsWith('unsupported'))
    await expect(driver().create({ name: 'two', options: { colour: 'red' } })).rejects.toSatisfy(
      failsWith('unsupported')
    )
    expect(await driver().inspect('two')).toBeUndefined()
  })

  it('removes a network once', async () => {
    const { id } = await driver().create({ name: 'one' })
    await driver().remove(id)
    expect(await driver().inspect('one')).toBeUndefined()
    await expect(driver().remove('one')).rejects.toSatisfy(failsWith('not-found'))
  })
}

const containers = (subject: () => NetworkDriverSubject, launched: () => ReturnType<typeof launcher>) => {
  const driver = () => subject().driver

  it('gives each container an address, a gateway and a device', async () => {
    const network = await driver().create({ name: 'net', subnets: [{ subnet: '10.222.7.0/24' }] })
    const one = await launched().up('one', [{ network: 'net', aliases: ['web'] }])
    const two = await launched().up('two', [{ network: 'net' }])
    expect(one).toMatchObject({ ports: [], nameservers: [], searchDomains: [] })
    expect(one.endpoints).toHaveLength(1)
    expect(one.endpoints[0]).toMatchObject({
      network: 'net',
      networkId: network.id,
      interface: 'eth0',
      gateways: ['10.222.7.1'],
      aliases: ['web']
    })
    expect(one.endpoints[0]?.mac).toMatch(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/)
    expect(one.endpoints[0]?.addresses).toEqual(['10.222.7.2/24'])
    expect(two.endpoints[0]?.addresses).toEqual(['10.222.7.3/24'])
    expect(two.endpoints[0]?.mac).not.toBe(one.endpoints[0]?.mac)
  })

  it('gives the address and MAC asked for, once', async () => {
    await driver().create({ name: 'net', subnets: [{ subnet: '10.222.7.0/24' }] })
    const one = await launched().up('one', [
      { network: 'net', ipv4: '10.222.7.40', mac: '02:11:22:33:44:55', interface: 'lan0' }
    ])
    expect(one.endpoints[0]).toMatchObject({
      addresses: ['10.222.7.40/24'],
      mac: '02:11:22:33:44:55',
      interface: 'lan0'
    })
    await expect(launched().up('two', [{ network: 'net', ipv4: '10.222.7.40' }])).rejects.toSatisfy(failsWith('in-use'))
    await expect(launched().up('three', [{ network: 'net', ipv4: '10.9.9.9' }])).rejects.toSatisfy(
      failsWith('invalid-argument')
    )
  })

  it('connects to several networks', async () => {
    await driver().create({ name: 'net', subnets: [{ subnet: '10.222.7.0/24' }] })
    await driver().create({ name: 'secret', subnets: [{ subnet: '10.222.8.0/24' }], internal: true })
    const one = await launched().up('one', [{ network: 'secret' }, { network: 'net' }])
    expect(one.endpoints.map((endpoint) => [endpoint.interface, endpoint.addresses[0], endpoint.gateways])).toEqual([
      ['eth0', '10.222.8.2/24', []],
      ['eth1', '10.222.7.2/24', ['10.222.7.1']]
    ])
  })

  it('runs out of addresses, and has them again', async () => {
    await driver().create({ name: 'tiny', subnets: [{ subnet: '10.222.7.0/30' }] })
    const one = await launched().up('one', [{ network: 'tiny' }])
    await expect(launched().up('two', [{ network: 'tiny' }])).rejects.toSatisfy(failsWith('exhausted'))
    await launched().down('one', one)
    expect(addressOf(await launched().up('three', [{ network: 'tiny' }]))).toBe('10.222.7.2')
  })

  it('keeps a network while a container is on it', async () => {
    await driver().create({ name: 'net' })
    const one = await launched().up('one', [{ network: 'net' }])
    await expect(driver().remove('net')).rejects.toSatisfy(failsWith('in-use'))
    await launched().down('one', one)
    await driver().remove('net')
  })

  it('refuses unknown networks and impossible requests', async () => {
    await expect(launched().up('one', [{ network: 'absent' }])).rejects.toSatisfy(failsWith('not-found'))
    await expect(launched().up('two', [{ network: 'runcible' }, { network: 'runcible' }])).rejects.toSatisfy(
      failsWith('invalid-argument')
    )
    await expect(launched().up('three', [{ network: 'runcible', mac: '01:00:00:00:00:00' }])).rejects.toSatisfy(
      failsWith('invalid-argument')
    )
    await expect(
      launched().up('four', [{ network: 'runcible' }], [web(8080, { containerPort: 70_000 })])
    ).rejects.toSatisfy(failsWith('invalid-argument'))
  })

  it('decides ports', async () => {
    const one = await launched().up('one', undefined, [
      web(18080),
      web(0),
      web(0, { range: 3, protocol: 'udp' }),
      web(18081, { hostIp: '127.0.0.1' })
    ])
    expect(one.ports[0]).toEqual(web(18080))
    expect(one.ports[3]).toEqual(web(18081, { hostIp: '127.0.0.1' }))
    expect(one.ports[1]?.hostPort).toBeGreaterThan(0)
    expect(one.ports[2]).toMatchObject({ range: 3, protocol: 'udp' })
    const two = await launched().up('two', undefined, [web(0)])
    expect(two.ports[0]?.hostPort).not.toBe(one.ports[1]?.hostPort)
  })

  it('publishes a host port once', async () => {
    const one = await launched().up('one', undefined, [web(18080, { range: 5 })])
    await expect(launched().up('two', undefined, [web(18084)])).rejects.toSatisfy(failsWith('in-use'))
    await expect(launched().up('three', undefined, [web(18080, { hostIp: '127.0.0.1' })])).rejects.toSatisfy(
      failsWith('in-use')
    )
    await expect(launched().up('four', undefined, [web(18090), web(18090)])).rejects.toSatisfy(failsWith('in-use'))
    await launched().up('five', undefined, [web(18080, { protocol: 'udp' })])
    await launched().down('one', one)
    await launched().up('six', undefined, [web(18084)])
  })

  it('has undone a set-up that failed', async () => {
    await driver().create({ name: 'net', subnets: [{ subnet: '10.222.7.0/24' }] })
    const one = await launched().up('one', undefined, [web(18080)])
    await expect(launched().up('two', [{ network: 'net', ipv4: '10.222.7.9' }], [web(18080)])).rejects.toSatisfy(
      failsWith('in-use')
    )
    await launched().down('one', one)
    const two = await launched().up('three', [{ network: 'net', ipv4: '10.222.7.9' }], [web(18080)])
    expect(addressOf(two)).toBe('10.222.7.9')
  })

  it('tears down without the attachment, again, and what never was', async () => {
    await driver().create({ name: 'net', subnets: [{ subnet: '10.222.7.0/24' }] })
    const one = await launched().up('one', [{ network: 'net' }], [web(18080)])
    await driver().teardown({ containerId: 'one' })
    await driver().teardown({ containerId: 'one', attachment: one })
    await driver().teardown({ containerId: 'never' })
    // The address belongs to somebody else now, which an outdated attachment must not harm.
    const two = await launched().up('two', [{ network: 'net', ipv4: addressOf(one) }], [web(18080)])
    await driver().teardown({ containerId: 'one', attachment: one })
    await expect(launched().up('three', [{ network: 'net', ipv4: addressOf(two) }])).rejects.toSatisfy(
      failsWith('in-use')
    )
    await expect(launched().up('four', undefined, [web(18080)])).rejects.toSatisfy(failsWith('in-use'))
  })

  it('sets up many at once, each with an address of its own', async () => {
    const attachments = await Promise.all(Array.from({ length: 8 }, (_, index) => launched().up(`many${index}`)))
    expect(new Set(attachments.map((attachment) => addressOf(attachment))).size).toBe(8)
  })

  it('stops before it begins when the signal has fired', async () => {
    const netns = await driver().createNamespace('one')
    const request = { containerId: 'one', containerName: 'one', netns, endpoints: [{ network: 'runcible' }], ports: [] }
    await expect(driver().setup(request, { signal: AbortSignal.abort() })).rejects.toSatisfy(failsWith('aborted'))
    await launched().down('one')
  })
}

/** What every `NetworkDriver` must do; what needs packets is left out for a subject without `world`. */
export function describeNetworkDriver(
  name: string,
  setup: () => Promise<NetworkDriverSubject>,
  { packets = true } = {}
): void {
  describe(`NetworkDriver: ${name}`, () => {
    let subject: NetworkDriverSubject
    let launched: ReturnType<typeof launcher>
    beforeEach(async () => {
      subject = await setup()
      launched = launcher(subject.driver)
    })
    afterEach(async () => {
      await launched.downAll()
      const left = await subject.world?.leftovers()
      await subject[Symbol.asyncDispose]()
      expect(left ?? []).toEqual([])
    })
    networks(() => subject)
    containers(
      () => subject,
      () => launched
    )
    if (packets) {
      describeNetworkPackets(
        () => subject,
        () => launched
      )
    }
  })
}
