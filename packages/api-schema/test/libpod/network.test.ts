import { describe, expect, it } from 'vitest'
import { inspectNetwork, inspectVolume } from '../../src/index.ts'

const network = {
  id: '7'.repeat(64),
  name: 'lab',
  driver: 'bridge',
  interface: 'runcible1',
  internal: true,
  ipv6: false,
  dns: false,
  createdAt: 0,
  labels: { b: '1', a: '2' },
  options: { mtu: '1400' },
  subnets: [{ subnet: '10.9.0.0/24', gateway: '10.9.0.1', range: { start: '10.9.0.10', end: '10.9.0.20' } }]
}

describe('inspectNetwork', () => {
  it('has libpod’s names', () => {
    expect(inspectNetwork(network)).toEqual({
      name: 'lab',
      id: '7'.repeat(64),
      driver: 'bridge',
      network_interface: 'runcible1',
      created: '1970-01-01T00:00:00Z',
      subnets: [
        { subnet: '10.9.0.0/24', gateway: '10.9.0.1', lease_range: { start_ip: '10.9.0.10', end_ip: '10.9.0.20' } }
      ],
      ipv6_enabled: false,
      internal: true,
      dns_enabled: false,
      labels: { a: '2', b: '1' },
      options: { mtu: '1400' },
      ipam_options: { driver: 'host-local' }
    })
  })

  it('names the containers on it', () => {
    const containers = [
      { id: 'a', name: 'web', addresses: ['10.9.0.2/24'], mac: '92:00:00:00:00:01', interface: 'eth0' }
    ]
    expect(inspectNetwork({ ...network, containers }).containers).toEqual({
      a: {
        name: 'web',
        interfaces: { eth0: { subnets: [{ ipnet: '10.9.0.2/24' }], mac_address: '92:00:00:00:00:01' } }
      }
    })
  })
})

describe('inspectVolume', () => {
  const volume = {
    name: 'v',
    driver: 'local',
    mountpoint: '/v',
    labels: {},
    options: {},
    anonymous: false,
    createdAt: 0,
    copiedUp: true
  }

  it('has libpod’s names, and leaves out what is false', () => {
    expect(inspectVolume(volume)).toEqual({
      Name: 'v',
      Driver: 'local',
      Mountpoint: '/v',
      CreatedAt: '1970-01-01T00:00:00Z',
      Labels: {},
      Scope: 'local',
      Options: {}
    })
    expect(inspectVolume({ ...volume, anonymous: true, copiedUp: false })).toMatchObject({
      Anonymous: true,
      NeedsCopyUp: true
    })
  })
})
