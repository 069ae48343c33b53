import { expect, it } from 'vitest'
import type { PortMapping } from '@runcible/interface'
import { checkPorts, describePort, eachPort, portLeaseId, portOfLease, portsCollide } from '../src/port-mapping.ts'

const port = (more: Partial<PortMapping>): PortMapping => ({
  hostPort: 8080,
  containerPort: 80,
  protocol: 'tcp',
  range: 1,
  ...more
})

it('writes out a range', () => {
  expect(eachPort(port({ range: 3 })).map(({ hostPort, containerPort }) => [hostPort, containerPort])).toEqual([
    [8080, 80],
    [8081, 81],
    [8082, 82]
  ])
})

it('tells people which port', () => {
  expect(describePort(port({}))).toBe('8080/tcp')
  expect(describePort(port({ hostIp: '127.0.0.1', range: 10, protocol: 'udp' }))).toBe('127.0.0.1:8080-8089/udp')
})

it('takes every address as none, and brings addresses to their usual form', () => {
  expect(checkPorts([port({ hostIp: '0.0.0.0' }), port({ hostIp: '', hostPort: 1 })])).toEqual([
    port({}),
    port({ hostPort: 1 })
  ])
})

it.each([
  { range: 0 },
  { range: 1.5 },
  { hostPort: -1 },
  { hostPort: 65_536 },
  { hostPort: 65_530, range: 10 },
  { containerPort: 0 },
  { containerPort: 65_536 },
  { hostIp: 'x' }
])('refuses %j', (more) => {
  expect(() => checkPorts([port(more)])).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
})

it('refuses IPv6 host addresses and the same port twice', () => {
  expect(() => checkPorts([port({ hostIp: '::1' })])).toThrow(expect.objectContaining({ code: 'unsupported' }))
  expect(() => checkPorts([port({ range: 5 }), port({ hostPort: 8084, hostIp: '127.0.0.1' })])).toThrow(
    expect.objectContaining({ code: 'in-use' })
  )
})

it('knows which mappings are in each other’s way', () => {
  expect(portsCollide(port({}), port({}))).toBe(true)
  expect(portsCollide(port({}), port({ protocol: 'udp' }))).toBe(false)
  expect(portsCollide(port({ hostIp: '127.0.0.1' }), port({}))).toBe(true)
  expect(portsCollide(port({ hostIp: '127.0.0.1' }), port({ hostIp: '127.0.0.2' }))).toBe(false)
  expect(portsCollide(port({ hostPort: 0 }), port({ hostPort: 0 }))).toBe(false)
})

it('keeps a port in the key of its lease', () => {
  for (const mapping of [port({}), port({ hostIp: '127.0.0.1', protocol: 'sctp' })]) {
    const { hostPort, protocol, hostIp } = mapping
    expect(portOfLease(portLeaseId(mapping))).toEqual({
      hostPort,
      protocol,
      ...(hostIp === undefined ? {} : { hostIp })
    })
  }
  expect(portLeaseId(port({}))).toBe('tcp//8080')
  expect(portOfLease('nonsense')).toBeUndefined()
})
