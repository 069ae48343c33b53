import { expect, it } from 'vitest'
import { blockLimits } from '../../src/libpod/block-limits.ts'

it('names devices as they were given, by number where nobody named them', () => {
  const resources = {
    blockIO: {
      weight: 100,
      weightDevice: [{ major: 8, minor: 0, weight: 200 }],
      throttleReadBpsDevice: [{ major: 8, minor: 16, rate: 1024 }]
    }
  }
  expect(blockLimits({ resources, blockDevices: { '8:0': '/dev/sda' } })).toEqual({
    BlkioWeight: 100,
    BlkioWeightDevice: [{ Path: '/dev/sda', Weight: 200 }],
    BlkioDeviceReadBps: [{ Path: '8:16', Rate: 1024 }],
    BlkioDeviceWriteBps: null,
    BlkioDeviceReadIOps: null,
    BlkioDeviceWriteIOps: null
  })
})
