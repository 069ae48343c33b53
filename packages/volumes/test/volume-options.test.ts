import { isEngineError } from '@runcible/interface'
import { describe, expect, it } from 'vitest'
import { parseVolumeOptions } from '../src/volume-options.ts'

const tmpfs = { kind: 'mount', type: 'tmpfs', device: 'tmpfs' }

describe('parseVolumeOptions', () => {
  it.each([
    [{}, { kind: 'directory' }],
    [{ o: 'uid=1000,gid=10' }, { kind: 'directory', uid: 1000, gid: 10 }],
    [{ o: 'noquota' }, { kind: 'directory' }],
    [{ type: 'tmpfs' }, { ...tmpfs, options: [] }],
    [
      { type: 'tmpfs', device: 'tmpfs', o: 'size=64m,,uid=1000' },
      { ...tmpfs, options: ['size=64m', 'uid=1000'] }
    ],
    [
      { type: 'none', device: '/srv', o: 'bind' },
      { kind: 'mount', type: 'bind', device: '/srv', options: ['bind'] }
    ],
    [
      { type: 'none', device: '/srv', o: 'rbind,ro,rslave' },
      { kind: 'mount', type: 'bind', device: '/srv', options: ['rbind', 'ro', 'rslave'] }
    ],
    [
      { type: 'bind', device: '/srv' },
      { kind: 'mount', type: 'bind', device: '/srv', options: ['rbind'] }
    ],
    [
      { type: 'nfs', device: ':/export', o: 'addr=10.0.0.1,ro' },
      { kind: 'mount', type: 'nfs', device: ':/export', options: ['addr=10.0.0.1', 'ro'] }
    ],
    [
      { type: 'ext4', device: '/dev/sdb1' },
      { kind: 'mount', type: 'ext4', device: '/dev/sdb1', options: [] }
    ]
  ])('%j → %j', (options, source) => {
    expect(parseVolumeOptions(options as Record<string, string>)).toEqual({ source, copy: true })
  })

  it('knows copy and nocopy', () => {
    expect(parseVolumeOptions({ copy: '' }).copy).toBe(true)
    expect(parseVolumeOptions({ nocopy: '' }).copy).toBe(false)
  })

  it.each([
    [{ colour: 'red' }, 'invalid-argument'],
    [{ constructor: 'x' }, 'invalid-argument'],
    [{ copy: '', nocopy: '' }, 'invalid-argument'],
    [{ type: 'ext4' }, 'invalid-argument'],
    [{ device: '/dev/sdb1' }, 'invalid-argument'],
    [{ type: 'none', device: 'srv', o: 'bind' }, 'invalid-argument'],
    [{ type: 'none', o: 'bind' }, 'invalid-argument'],
    [{ type: 'bind', device: '/srv', o: 'uid=5' }, 'invalid-argument'],
    [{ type: 'ext4', device: '--help' }, 'invalid-argument'],
    [{ type: 'ext4,x', device: '/dev/sdb1' }, 'invalid-argument'],
    [{ type: 'tmpfs', o: 'size=1m\0' }, 'invalid-argument'],
    [{ o: 'nodev' }, 'invalid-argument'],
    [{ o: 'uid=root' }, 'invalid-argument'],
    [{ o: 'uid=4294967295' }, 'invalid-argument'],
    [{ o: 'size=1g' }, 'unsupported'],
    [{ o: 'inodes=5' }, 'unsupported']
  ])('refuses %j: %s', (options, code) => {
    let thrown: unknown
    try {
      parseVolumeOptions(options as unknown as Record<string, string>)
    } catch (error) {
      thrown = error
    }
    expect(isEngineError(thrown) && thrown.code).toBe(code)
  })
})
