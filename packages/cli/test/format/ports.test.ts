import { describe, expect, it } from 'vitest'
import { portsText } from '../../src/format/ports.ts'

describe('portsText', () => {
  it('writes ports as Podman does', () => {
    expect(
      portsText([
        { hostPort: 18_081, containerPort: 81, protocol: 'tcp', range: 3 },
        { hostIp: '127.0.0.1', hostPort: 18_090, containerPort: 90, protocol: 'udp', range: 1 }
      ])
    ).toBe('0.0.0.0:18081-18083->81-83/tcp, 127.0.0.1:18090->90/udp')
    expect(portsText([])).toBe('')
    expect(portsText([{ hostIp: '::1', hostPort: 1, containerPort: 2, protocol: 'tcp', range: 1 }])).toBe(
      '[::1]:1->2/tcp'
    )
  })

  it('joins neighbours', () => {
    const port = (hostPort: number, containerPort: number): Parameters<typeof portsText>[0][number] => ({
      hostPort,
      containerPort,
      protocol: 'tcp',
      range: 1
    })
    expect(portsText([port(82, 82), port(80, 80), port(81, 81), port(90, 84)])).toBe(
      '0.0.0.0:80-82->80-82/tcp, 0.0.0.0:90->84/tcp'
    )
  })
})
