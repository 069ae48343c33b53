import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { addressOf, web, type launcher, type NetworkDriverSubject } from './network-driver-subject.ts'
import { ask, serve } from './network-packets.ts'

/** The part of the suite in which packets flow. */
export function describeNetworkPackets(
  subject: () => NetworkDriverSubject,
  launched: () => ReturnType<typeof launcher>
): void {
  const driver = () => subject().driver
  const world = () => {
    const given = subject().world
    if (given === undefined) throw new Error('the subject has no world')
    return given
  }

  describe('with packets', () => {
    it('lets containers of a network talk, and those of two networks not', async () => {
      await driver().create({ name: 'other' })
      const one = await launched().up('one')
      const two = await launched().up('two')
      const stranger = await launched().up('stranger', [{ network: 'other' }])
      await using _server = await serve(one.netns, 80, 'one')
      expect(await ask(two.netns, 'tcp', addressOf(one), 80)).toBe(`one ${addressOf(two)}`)
      expect(await ask(undefined, 'tcp', addressOf(one), 80)).toMatch(/^one /)
      if (subject().isolates !== false) expect(await ask(stranger.netns, 'tcp', addressOf(one), 80)).toBe('')
    })

    it('reaches the host, and the outside under the address of the host', async () => {
      const one = await launched().up('one')
      await using _host = await serve(undefined, 8001, 'host')
      await using _outside = await serve(world().outside, 8002, 'outside')
      expect(await ask(one.netns, 'tcp', one.endpoints[0]?.gateways[0] ?? '', 8001)).toMatch(/^host /)
      expect(await ask(one.netns, 'tcp', world().outsideAddress, 8002)).toBe(`outside ${world().hostAddress}`)
      expect(await ask(one.netns, 'udp', world().outsideAddress, 8002)).toBe(`outside ${world().hostAddress}`)
    })

    it('keeps an internal network inside', async () => {
      await driver().create({ name: 'secret', internal: true })
      const one = await launched().up('one', [{ network: 'secret' }])
      const two = await launched().up('two', [{ network: 'secret' }])
      await using _outside = await serve(world().outside, 8002, 'outside')
      await using _server = await serve(one.netns, 80, 'one')
      expect(await ask(two.netns, 'tcp', addressOf(one), 80)).toMatch(/^one /)
      expect(await ask(one.netns, 'tcp', world().outsideAddress, 8002)).toBe('')
    })

    it('publishes ports to the host, the outside, its network and itself', async () => {
      const one = await launched().up('one', undefined, [web(18080), web(18080, { protocol: 'udp' })])
      const two = await launched().up('two')
      await using _server = await serve(one.netns, 80, 'one')
      const { hostAddress, outside } = world()
      for (const protocol of ['tcp', 'udp'] as const) {
        expect(await ask(undefined, protocol, '127.0.0.1', 18080), `${protocol}, loopback`).toMatch(/^one /)
        expect(await ask(undefined, protocol, hostAddress, 18080), `${protocol}, host's address`).toMatch(/^one /)
        expect(await ask(outside, protocol, hostAddress, 18080), `${protocol}, outside`).toMatch(/^one 198\.51\.100\.2/)
        expect(await ask(two.netns, protocol, hostAddress, 18080), `${protocol}, neighbour`).toMatch(/^one /)
        expect(await ask(one.netns, protocol, hostAddress, 18080), `${protocol}, itself`).toMatch(/^one /)
      }
      await launched().down('one', one)
      expect(await ask(undefined, 'tcp', '127.0.0.1', 18080)).toBe('')
    })

    it('publishes on the address asked for, and ranges', async () => {
      const one = await launched().up('one', undefined, [
        web(18080, { hostIp: '127.0.0.1' }),
        web(18090, { range: 3, containerPort: 79 })
      ])
      await using _server = await serve(one.netns, 80, 'one')
      expect(await ask(undefined, 'tcp', '127.0.0.1', 18080)).toMatch(/^one /)
      expect(await ask(world().outside, 'tcp', world().hostAddress, 18080)).toBe('')
      expect(await ask(world().outside, 'tcp', world().hostAddress, 18091)).toMatch(/^one /)
    })

    it('notices a host port that a process of the host has', async () => {
      await using _server = await serve(undefined, 18080, 'host')
      await expect(launched().up('one', undefined, [web(18080)])).rejects.toMatchObject({
        code: 'in-use',
        message: expect.stringContaining('18080')
      })
      await expect(launched().up('two', undefined, [web(18080, { protocol: 'udp' })])).rejects.toMatchObject({
        code: 'in-use'
      })
      await launched().downAll()
      expect(await world().leftovers()).toEqual([])
    })

    it('makes the rules again after a flush', async () => {
      const one = await launched().up('one', undefined, [web(18080)])
      await using _server = await serve(one.netns, 80, 'one')
      world().flushRules()
      expect(await ask(undefined, 'tcp', '127.0.0.1', 18080)).toBe('')
      await driver().reload({ containerId: 'one', attachment: one })
      expect(await ask(undefined, 'tcp', '127.0.0.1', 18080)).toMatch(/^one /)
      await driver().reload({ containerId: 'one', attachment: one })
      world().flushRules()
      await launched().down('one', one)
      expect(await world().leftovers()).toEqual([])
    })

    it('keeps a namespace by its file until teardown', async () => {
      const one = await launched().up('one')
      expect(existsSync(one.netns)).toBe(true)
      await launched().down('one', one)
      expect(existsSync(one.netns)).toBe(false)
      expect(await world().leftovers()).toEqual([])
    })

    it('replaces a namespace that was left behind', async () => {
      const first = await driver().createNamespace('one')
      expect(await driver().createNamespace('one')).toBe(first)
      await driver().teardown({ containerId: 'one' })
    })

    it('gives two processes different addresses', async () => {
      const ids = (prefix: string) => Array.from({ length: 10 }, (_, index) => `${prefix}${index}`)
      const elsewhere = world().setUpElsewhere(ids('there'))
      const here: string[] = []
      for (const id of ids('here')) here.push(addressOf(await launched().up(id)))
      const there = await elsewhere
      expect(there).toHaveLength(10)
      expect(new Set([...here, ...there]).size).toBe(20)
      for (const id of ids('there')) await driver().teardown({ containerId: id })
    })
  })
}
