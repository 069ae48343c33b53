import { describe, expect, it } from 'vitest'
import type { NetworkRecord } from '@runcible/interface'
import { formatCidr, parseCidr } from '../src/ip-address.ts'
import {
  checkInterfaceName,
  checkMac,
  checkSpec,
  chooseSubnet,
  completeSubnet,
  mtuOf,
  planSubnets
} from '../src/network-spec.ts'

const nothing = { networks: [], hostSubnets: [], firstSubnet: 0 }
const cidr = (text: string) => parseCidr(text)!
const refuses = (action: () => unknown, code: string) => expect(action).toThrow(expect.objectContaining({ code }))

describe('choice of a subnet', () => {
  it('begins at 10.89.0.0 and stays clear of what is used', () => {
    expect(formatCidr(chooseSubnet([]))).toBe('10.89.0.0/24')
    expect(formatCidr(chooseSubnet([cidr('10.89.0.0/16'), cidr('10.90.0.128/25')]))).toBe('10.90.1.0/24')
  })

  it('begins elsewhere and goes round', () => {
    expect(formatCidr(chooseSubnet([], 257))).toBe('10.90.1.0/24')
    expect(formatCidr(chooseSubnet([cidr('10.255.255.0/24')], (256 - 89) * 256 - 1))).toBe('10.89.0.0/24')
  })

  it('says when nothing is left', () => {
    refuses(() => chooseSubnet([cidr('10.0.0.0/8')]), 'exhausted')
  })
})

describe('subnets of a request', () => {
  it('completes gateway and range', () => {
    expect(completeSubnet(cidr('10.1.2.0/24'))).toEqual({ subnet: '10.1.2.0/24', gateway: '10.1.2.1' })
    expect(completeSubnet(cidr('10.1.2.0/24'), { ipRange: '10.1.2.0/24' }).range).toEqual({
      start: '10.1.2.1',
      end: '10.1.2.254'
    })
  })

  it('refuses what does not fit', () => {
    refuses(() => completeSubnet(cidr('10.1.2.0/31')), 'invalid-argument')
    refuses(() => completeSubnet(cidr('10.1.2.0/24'), { gateway: '10.1.2.255' }), 'invalid-argument')
    refuses(() => completeSubnet(cidr('10.1.2.0/24'), { ipRange: '10.1.0.0/16' }), 'invalid-argument')
    refuses(() => planSubnets({ name: 'x', subnets: [{ gateway: '10.1.2.3' }] }, nothing), 'invalid-argument')
    refuses(
      () =>
        planSubnets(
          { name: 'x', subnets: [{ subnet: '192.0.2.0/24' }] },
          { ...nothing, hostSubnets: [cidr('192.0.2.128/25')] }
        ),
      'invalid-argument'
    )
  })

  it('says what it cannot do', () => {
    refuses(() => planSubnets({ name: 'x', ipv6: true }, nothing), 'unsupported')
    refuses(() => planSubnets({ name: 'x', subnets: [{ subnet: 'fd00::/64' }] }, nothing), 'unsupported')
    refuses(() => planSubnets({ name: 'x', subnets: [{}, {}] }, nothing), 'unsupported')
  })

  it('avoids the networks there are', () => {
    const networks = [{ name: 'a', subnets: [{ subnet: '10.89.0.0/24' }] }] as unknown as NetworkRecord[]
    expect(planSubnets({ name: 'x' }, { ...nothing, networks })[0]?.subnet).toBe('10.89.1.0/24')
  })
})

describe('names and options', () => {
  it('takes the kernel’s device names', () => {
    for (const name of ['eth0', 'a', 'x'.repeat(15)]) checkInterfaceName(name)
    for (const name of ['', 'x'.repeat(16), 'a b', '../x', '.', 'a/b'])
      refuses(() => checkInterfaceName(name), 'invalid-argument')
  })

  it('takes unicast MAC addresses', () => {
    expect(checkMac('02-AB-00-00-00-0F')).toBe('02:ab:00:00:00:0f')
    for (const mac of ['', '02:00:00:00:00', 'ff:ff:ff:ff:ff:ff', '02:00:00:00:00:0g'])
      refuses(() => checkMac(mac), 'invalid-argument')
  })

  it('takes an MTU, and no other option', () => {
    expect(mtuOf({ mtu: '1400' })).toBe(1400)
    expect(mtuOf({})).toBeUndefined()
    for (const mtu of ['67', '65536', '1e3', '-1', '']) refuses(() => mtuOf({ mtu }), 'invalid-argument')
    refuses(() => checkSpec({ name: 'x', options: { __proto__x: '1' } }), 'unsupported')
  })
})
