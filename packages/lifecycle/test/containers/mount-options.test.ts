import { describe, expect, it } from 'vitest'
import { isEngineError } from '@runcible/interface'
import { bindOptions, tmpfsOptions } from '../../src/containers/mount-options.ts'

const refused = (code: string) => expect.toSatisfy((error: unknown) => isEngineError(error) && error.code === code)

describe('bindOptions', () => {
  it.each([
    [[], ['rbind', 'rprivate']],
    [
      ['ro', 'z'],
      ['rbind', 'ro', 'rprivate']
    ],
    [
      ['bind', 'shared', 'nocopy'],
      ['bind', 'shared']
    ]
  ])('of %j', (given, options) => expect(bindOptions('/a', given)).toEqual(options))
  it.each([[['ro', 'rw']], [['size=1']], [['shared', 'private']], [['lowerdir=/etc']]])('refuses %j', (given) => {
    expect(() => bindOptions('/a', given)).toThrow(refused('invalid-argument'))
  })
  it.each(['U', 'O', 'idmap', 'idmap=uids=0-1-2'])('says that %s is missing', (option) => {
    expect(() => bindOptions('/a', [option])).toThrow(refused('unsupported'))
  })
})

describe('tmpfsOptions', () => {
  it.each([
    [[], ['rprivate', 'noexec', 'nosuid', 'nodev', 'tmpcopyup']],
    [
      ['exec', 'size=64m', 'mode=1777'],
      ['rprivate', 'nosuid', 'nodev', 'tmpcopyup', 'size=64m', 'mode=1777']
    ],
    [
      ['notmpcopyup', 'ro'],
      ['rprivate', 'noexec', 'nosuid', 'nodev', 'ro']
    ]
  ])('of %j', (given, options) => expect(tmpfsOptions('/a', given)).toEqual(options))
  it.each([[['size=1,mode=0']], [['bogus']], [['exec', 'noexec']]])('refuses %j', (given) => {
    expect(() => tmpfsOptions('/a', given)).toThrow(refused('invalid-argument'))
  })
})
