import { describe, expect, it } from 'vitest'
import { specOf } from '../../support/read-spec.ts'

describe('namespace flags', () => {
  it('become modes', () => {
    expect(
      specOf('--pid', 'host', '--ipc', 'container:web', '--uts', 'private', '--cgroupns', 'ns:/proc/1/ns/cgroup')
    ).toEqual({
      pid: { mode: 'host' },
      ipc: { mode: 'container', container: 'web' },
      uts: { mode: 'private' },
      cgroupns: { mode: 'path', path: '/proc/1/ns/cgroup' }
    })
    expect(specOf('--ipc', 'shareable')).toEqual({ ipc: { mode: 'private' } })
  })

  it('refuse what is no mode', () => {
    for (const mode of ['pod', 'container:', 'ns:x', 'none'])
      expect(() => specOf('--pid', mode)).toThrow(`invalid value for --pid: "${mode}"`)
    expect(() => specOf('--uts', 'shareable')).toThrow('invalid value')
  })
})
