import { expect, it } from 'vitest'
import { parseResult } from '../../src/cni/cni-result.ts'

it('reads results of 0.3 to 1.1', () => {
  const result = {
    cniVersion: '0.4.0',
    interfaces: [
      { name: 'br0', mac: '02:00:00:00:00:01' },
      { name: 'eth0', mac: '02:00:00:00:00:02', sandbox: '/run/x' }
    ],
    ips: [{ version: '4', interface: 1, address: '10.1.2.3/24', gateway: '10.1.2.1' }, { address: 'fd00::2/64' }]
  }
  expect(parseResult(result)).toEqual({
    interfaces: [
      { name: 'br0', mac: '02:00:00:00:00:01', sandbox: '' },
      { name: 'eth0', mac: '02:00:00:00:00:02', sandbox: '/run/x' }
    ],
    addresses: [
      { address: '10.1.2.3/24', gateway: '10.1.2.1' },
      { address: 'fd00::2/64', gateway: undefined }
    ]
  })
})

it('reads results of 0.1 and 0.2', () => {
  expect(parseResult({ ip4: { ip: '10.1.2.3/24', gateway: '10.1.2.1' } }).addresses).toEqual([
    { address: '10.1.2.3/24', gateway: '10.1.2.1' }
  ])
})

it('refuses what is no result, and takes an empty one', () => {
  for (const value of [undefined, null, 'x', []])
    expect(() => parseResult(value)).toThrow(expect.objectContaining({ code: 'corrupt' }))
  expect(parseResult({})).toEqual({ interfaces: [], addresses: [] })
})
