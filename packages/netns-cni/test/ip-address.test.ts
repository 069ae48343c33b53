import { describe, expect, it } from 'vitest'
import {
  cidrContains,
  cidrsOverlap,
  formatCidr,
  formatIp,
  hostBounds,
  ipBytes,
  ipFromBytes,
  parseCidr,
  parseIp,
  requireCidr
} from '../src/ip-address.ts'

describe('addresses', () => {
  it.each([
    '0.0.0.0',
    '10.89.0.255',
    '255.255.255.255',
    '::',
    '::1',
    'fd00:1::',
    '2001:db8::1:0:0:1',
    '1:2:3:4:5:6:7:8',
    'fe80::a:0:0:b'
  ])('reads and writes %s', (text) => {
    const ip = parseIp(text)
    expect(ip && formatIp(ip)).toBe(text)
    expect(ip && ipFromBytes(ipBytes(ip))).toEqual(ip)
  })

  it.each([
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3']
  ])('writes %s in its usual form', (text, usual) => {
    expect(formatIp(parseIp(text)!)).toBe(usual)
  })

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4 ',
    'a.b.c.d',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    'fe80::1%eth0',
    `${'1:'.repeat(1000)}`
  ])('refuses %j', (text) => {
    expect(parseIp(text)).toBeUndefined()
  })
})

describe('subnets', () => {
  it('clears host bits', () => {
    expect(formatCidr(parseCidr('10.89.3.77/22')!)).toBe('10.89.0.0/22')
    expect(formatCidr(parseCidr('fd00::5/64')!)).toBe('fd00::/64')
  })

  it.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::/129', '10.0.0.0/-1'])('refuses %j', (text) => {
    expect(parseCidr(text)).toBeUndefined()
    expect(() => requireCidr(text, 'the subnet')).toThrow(/the subnet is not a subnet in CIDR form/)
  })

  it('leaves the network and broadcast address to nobody', () => {
    const { first, last } = hostBounds(parseCidr('10.89.0.0/24')!)
    expect([formatIp({ family: 4, value: first }), formatIp({ family: 4, value: last })]).toEqual([
      '10.89.0.1',
      '10.89.0.254'
    ])
  })

  it('knows what contains and overlaps what', () => {
    const cidr = parseCidr('10.89.0.0/16')!
    expect(cidrContains(cidr, parseIp('10.89.255.255')!)).toBe(true)
    expect(cidrContains(cidr, parseIp('10.90.0.0')!)).toBe(false)
    expect(cidrContains(cidr, parseIp('::1')!)).toBe(false)
    expect(cidrsOverlap(cidr, parseCidr('10.0.0.0/8')!)).toBe(true)
    expect(cidrsOverlap(parseCidr('10.89.7.0/24')!, cidr)).toBe(true)
    expect(cidrsOverlap(cidr, parseCidr('10.90.0.0/16')!)).toBe(false)
  })
})
