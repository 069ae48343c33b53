import { execFileSync } from 'node:child_process'
import { afterAll, afterEach, expect, it } from 'vitest'
import { createLinux } from '@runcible/linux'
import { addressElement, networkElements, portElements, publishedElement, ruleset } from '../../src/bridge/ruleset.ts'
import { parseIp } from '../../src/ip-address.ts'
import { addElements, createTable, deleteElements, deleteTable, hasTable } from '../../src/nftables/elements.ts'
import { enterPrivateNetwork } from '../support/private-network.ts'

const network = enterPrivateNetwork()
afterAll(() => network[Symbol.dispose]())

const socket = createLinux().netlink.open('netfilter')
afterEach(() => {
  deleteTable(socket, 't')
})

const listed = (kind: string, name: string): string =>
  execFileSync('nft', ['list', kind, 'inet', 't', name], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim())
    .join('\n')

it('makes the rules that nft reads as these', () => {
  createTable(socket, ruleset('t'))
  expect(listed('chain', 'guard')).toContain(
    'iifname @bridges ip daddr 127.0.0.0/8 drop\niifname @internal ip daddr 127.0.0.0/8 drop\n'
  )
  expect(listed('chain', 'publish')).toContain(
    'dnat ip to ip daddr . meta l4proto . th dport map @ports_at\ndnat ip to meta l4proto . th dport map @ports\n'
  )
  for (const chain of ['prerouting', 'output'])
    expect(listed('chain', chain)).toContain('meta nfproto ipv4 fib daddr type local jump publish\n')
  expect(listed('chain', 'output')).toContain('type nat hook output priority -100; policy accept;')
  expect(listed('chain', 'postrouting')).toContain(
    [
      'type nat hook postrouting priority srcnat; policy accept;',
      'ct status dnat oifname @bridges ip saddr 127.0.0.0/8 masquerade',
      'ct status dnat oifname @bridges ip saddr @containers masquerade',
      'ip saddr @containers oifname != @bridges oifname != @internal masquerade',
      ''
    ].join('\n')
  )
  expect(listed('chain', 'forward')).toContain(
    [
      'type filter hook forward priority filter; policy accept;',
      'ct state established,related accept',
      'iifname . oifname @within accept',
      'iifname @internal reject with icmpx admin-prohibited',
      'oifname @internal drop',
      'oifname @bridges ct status dnat accept',
      'iifname @bridges oifname @bridges reject with icmpx admin-prohibited',
      'oifname @bridges drop',
      ''
    ].join('\n')
  )
})

it('adds and deletes elements, and minds neither twice', () => {
  createTable(socket, ruleset('t'))
  createTable(socket, ruleset('t'))
  expect(hasTable(socket, 't')).toBe(true)
  const address = parseIp('10.89.0.2')!
  const mapping = { hostPort: 8080, containerPort: 80, protocol: 'tcp', range: 1200 } as const
  const elements = [
    ...networkElements('br0', { internal: false }),
    addressElement(address),
    ...portElements([mapping, { ...mapping, range: 1, hostIp: '127.0.0.1', protocol: 'udp' }], address)
  ]
  addElements(socket, 't', elements)
  addElements(socket, 't', elements)
  expect(listed('set', 'bridges')).toContain('"br0"')
  expect(listed('set', 'within')).toContain('"br0" . "br0"')
  expect(listed('set', 'containers')).toContain('10.89.0.2')
  expect(listed('map', 'ports')).toContain('tcp . 9279 : 10.89.0.2 . 1279')
  expect(listed('map', 'ports_at')).toContain('127.0.0.1 . udp . 8080 : 10.89.0.2 . 80')
  const published = { hostPort: 8080, protocol: 'tcp' } as const
  deleteElements(socket, 't', [
    publishedElement({ ...published, protocol: 'sctp' }),
    publishedElement(published),
    addressElement(address)
  ])
  expect(listed('map', 'ports')).not.toContain('tcp . 8080 ')
  expect(listed('set', 'containers')).not.toContain('10.89.0.2')
  deleteElements(socket, 'absent', [publishedElement(published)])
  expect(deleteTable(socket, 't')).toBe(true)
  expect(deleteTable(socket, 't')).toBe(false)
})
