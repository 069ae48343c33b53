import { beforeEach, expect, it } from 'vitest'
import { fakeStateStore } from '@runcible/fakes'
import type { NetworkRecord, StateStore } from '@runcible/interface'
import { leaseAddress } from '../src/address-leases.ts'
import { formatIp } from '../src/ip-address.ts'

const network = (range?: { start: string; end: string }): NetworkRecord => ({
  id: 'n',
  name: 'net',
  driver: 'bridge',
  subnets: [{ subnet: '10.89.0.0/29', gateway: '10.89.0.1', ...(range === undefined ? {} : { range }) }],
  internal: false,
  ipv6: false,
  dns: false,
  labels: {},
  options: {},
  createdAt: 0
})

let state: StateStore
beforeEach(() => {
  state = fakeStateStore()
})

const lease = (containerId: string, fixed?: string, on = network()) =>
  formatIp(leaseAddress(state, { network: on, containerId, fixed }))

it('gives one address after the other, and lets one rest before it comes again', () => {
  expect([lease('a'), lease('b'), lease('c')]).toEqual(['10.89.0.2', '10.89.0.3', '10.89.0.4'])
  state.addresses.delete('net/10.89.0.2')
  expect([lease('d'), lease('e'), lease('f')]).toEqual(['10.89.0.5', '10.89.0.6', '10.89.0.2'])
  expect(() => lease('g')).toThrow(expect.objectContaining({ code: 'exhausted' }))
  state.addresses.delete('net/10.89.0.4')
  expect(lease('h')).toBe('10.89.0.4')
})

it('stays in the range, except for an address that is asked for', () => {
  const narrow = network({ start: '10.89.0.5', end: '10.89.0.6' })
  expect([lease('a', undefined, narrow), lease('b', undefined, narrow)]).toEqual(['10.89.0.5', '10.89.0.6'])
  expect(() => lease('c', undefined, narrow)).toThrow(expect.objectContaining({ code: 'exhausted' }))
  expect(lease('d', '10.89.0.2', narrow)).toBe('10.89.0.2')
})

it('does not give the gateway, the ends of the subnet, or what is taken', () => {
  lease('a', '10.89.0.3')
  for (const [address, code] of [
    ['10.89.0.1', 'in-use'],
    ['10.89.0.3', 'in-use'],
    ['10.89.0.0', 'invalid-argument'],
    ['10.89.0.7', 'invalid-argument'],
    ['x', 'invalid-argument']
  ] as const) {
    expect(() => lease('b', address)).toThrow(expect.objectContaining({ code }))
  }
})
