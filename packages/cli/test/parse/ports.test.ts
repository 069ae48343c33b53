import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseExpose, parsePublish } from '../../src/parse/ports.ts'

describe('parsePublish', () => {
  it('reads back what it is written as', () => {
    const port = fc.integer({ min: 1, max: 60_000 })
    fc.assert(
      fc.property(
        port,
        port,
        fc.integer({ min: 1, max: 100 }),
        fc.constantFrom('tcp', 'udp', 'sctp'),
        fc.option(fc.ipV4()),
        (host, inner, range, protocol, ip) => {
          const end = (first: number): string => (range === 1 ? `${first}` : `${first}-${first + range - 1}`)
          expect(parsePublish(`${ip === null ? '' : `${ip}:`}${end(host)}:${end(inner)}/${protocol}`)).toEqual({
            ...(ip === null ? {} : { hostIp: ip }),
            hostPort: host,
            containerPort: inner,
            protocol,
            range
          })
        }
      )
    )
  })

  it('asks for free ports when none is given', () => {
    expect(parsePublish('80')).toEqual({ hostPort: 0, containerPort: 80, protocol: 'tcp', range: 1 })
    expect(parsePublish('80-82')).toEqual({ hostPort: 0, containerPort: 80, protocol: 'tcp', range: 3 })
  })

  it.each([
    ['abc', 'not a port'],
    ['', 'container port is missing'],
    ['1:', 'container port is missing'],
    ['70000', 'up to 65535'],
    ['80-82:80', 'differ in length'],
    ['82-80', 'upside down'],
    ['1:2:3:4', 'brackets'],
    ['999.1.1.1:1:2', 'not an address'],
    ['80/icmp', 'not tcp, udp or sctp'],
    ['0', 'port 0']
  ])('%s', (text, message) => {
    expect(() => parsePublish(text)).toThrow(message)
  })
})

describe('parseExpose', () => {
  it('writes the protocol out', () => {
    expect(parseExpose('80')).toBe('80/tcp')
    expect(parseExpose('80-82/UDP')).toBe('80-82/udp')
    expect(() => parseExpose('x')).toThrow('invalid value for --expose')
  })
})
