import { expect, it } from 'vitest'
import { writesOf } from '../src/update-groups.ts'

const resources = {
  blockIO: {
    weightDevice: [{ major: 8, minor: 0, weight: 200 }],
    throttleReadBpsDevice: [{ major: 8, minor: 0, rate: 1048576 }],
    throttleWriteIOPSDevice: [{ major: 8, minor: 16, rate: 0 }]
  }
}

const lines = (legacy: boolean) => writesOf(resources, legacy).map(({ files, value }) => [files.join(' '), value])

it('writes the files of cgroup v1', () => {
  expect(lines(true)).toEqual([
    ['blkio.throttle.read_bps_device', '8:0 1048576'],
    ['blkio.throttle.write_iops_device', '8:16 0'],
    ['blkio.weight_device blkio.bfq.weight_device', '8:0 200']
  ])
})

it('writes the files of cgroup v2', () => {
  expect(lines(false)).toEqual([
    ['io.max', '8:0 rbps=1048576'],
    ['io.max', '8:16 wiops=max'],
    ['io.bfq.weight', '8:0 200']
  ])
})

it('has nothing to write for what runc changes itself', () => {
  expect(writesOf({ memory: { limit: 1 }, blockIO: { weight: 100 } }, true)).toEqual([])
})
