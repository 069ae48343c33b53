import { describe, expect, it } from 'vitest'
import type { NetworkRecord } from '@runcible/interface'
import { conflistFor, parseConflist, recordFrom } from '../../src/cni/conflist.ts'

const record: NetworkRecord = {
  id: 'a'.repeat(64),
  name: 'net',
  driver: 'bridge',
  interface: 'br7',
  subnets: [{ subnet: '10.89.7.0/24', gateway: '10.89.7.1', range: { start: '10.89.7.10', end: '10.89.7.20' } }],
  internal: false,
  ipv6: false,
  dns: false,
  labels: { a: 'b' },
  options: { mtu: '1400' },
  createdAt: 7
}
const fallback = { id: 'f', createdAt: 1 }

describe('our own lists', () => {
  it('say all of a record', () => {
    const text = JSON.stringify(conflistFor(record, '/run/x'))
    expect(recordFrom(parseConflist(text, 'x'), fallback)).toEqual(record)
    const internal = { ...record, internal: true }
    expect(recordFrom(parseConflist(JSON.stringify(conflistFor(internal, '/run/x')), 'x'), fallback)).toEqual(internal)
  })

  it('have the plugins that the network needs', () => {
    expect(conflistFor(record, '/run/x').plugins.map(({ type }) => type)).toEqual([
      'bridge',
      'portmap',
      'firewall',
      'tuning'
    ])
    expect(conflistFor({ ...record, internal: true }, '/run/x').plugins.map(({ type }) => type)).toEqual([
      'bridge',
      'firewall',
      'tuning'
    ])
    expect(conflistFor(record, '/run/x').plugins[0]).toMatchObject({
      mtu: 1400,
      ipam: { type: 'host-local', dataDir: '/run/x' }
    })
  })
})

describe('lists of others', () => {
  it('are read as far as they tell', () => {
    const list = {
      cniVersion: '0.4.0',
      name: 'podman',
      plugins: [
        {
          type: 'bridge',
          bridge: 'cni-podman0',
          ipam: { type: 'host-local', ranges: [[{ subnet: '10.88.0.0/16', gateway: '10.88.0.1' }]] }
        }
      ]
    }
    expect(recordFrom(parseConflist(JSON.stringify(list), 'x'), fallback)).toMatchObject({
      id: 'f',
      name: 'podman',
      driver: 'bridge',
      interface: 'cni-podman0',
      subnets: [{ subnet: '10.88.0.0/16', gateway: '10.88.0.1' }],
      internal: false
    })
  })

  it('may be a lone plugin, in the old form', () => {
    const list = { name: 'old', type: 'macvlan', master: 'eth0', ipam: { type: 'host-local', subnet: '192.0.2.0/24' } }
    expect(recordFrom(parseConflist(JSON.stringify(list), 'x'), fallback)).toMatchObject({
      name: 'old',
      driver: 'macvlan',
      subnets: [{ subnet: '192.0.2.0/24' }]
    })
  })

  it.each([
    '',
    '[]',
    '{}',
    '{"name":"a","plugins":[]}',
    '{"name":"a","plugins":[{}]}',
    '{"name":"a","plugins":[{"type":"../../bin/sh"}]}',
    '{"name":1,"type":"a"}'
  ])('are refused: %s', (text) => {
    expect(() => parseConflist(text, 'file')).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })
})
