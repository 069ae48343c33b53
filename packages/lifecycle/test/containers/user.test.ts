import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isEngineError } from '@runcible/interface'
import { resolveUser, userNames } from '../../src/containers/user.ts'

const passwd =
  'root:x:0:0:root:/root:/bin/sh\nweb:x:33:33::/var/www:/bin/false\nweb2:x:33:44::/elsewhere:\nbroken\nbig:x:4294967295:1::/:\n'
const group = 'root:x:0:\nweb:x:33:\nstaff:x:50:web,other\nadm:x:4:root,web\n'
const resolve = (user: string, groupAdd: readonly string[] = []) => resolveUser({ user, groupAdd, passwd, group })

describe('resolveUser', () => {
  it.each([
    ['', { uid: 0, gid: 0, additionalGids: [4], home: '/root' }],
    ['web', { uid: 33, gid: 33, additionalGids: [50, 4], home: '/var/www' }],
    ['33', { uid: 33, gid: 33, additionalGids: [50, 4], home: '/var/www' }],
    ['web:staff', { uid: 33, gid: 50, additionalGids: [], home: '/var/www' }],
    ['web:7', { uid: 33, gid: 7, additionalGids: [], home: '/var/www' }],
    [':staff', { uid: 0, gid: 50, additionalGids: [], home: '/root' }],
    ['1234', { uid: 1234, gid: 0, additionalGids: [], home: '/' }],
    ['4294967294', { uid: 4294967294, gid: 0, additionalGids: [], home: '/' }]
  ])('of %j', (user, expected) => expect(resolve(user)).toEqual(expected))

  it('adds groups by name and number', () => {
    expect(resolve('web', ['99', 'root']).additionalGids).toEqual([50, 4, 99, 0])
  })

  it.each(['nobody', 'big', 'web:nogroup', '4294967295', '4294967296', '-1', '0:4294967295', '99999999999999999999'])(
    'refuses %j',
    (user) => {
      expect(() => resolve(user)).toThrow(
        expect.toSatisfy((error: unknown) => isEngineError(error, 'invalid-argument'))
      )
    }
  )

  it('needs no files for root and numbers', () => {
    expect(resolveUser({ user: '5:6', passwd: '', group: '' })).toEqual({
      uid: 5,
      gid: 6,
      additionalGids: [],
      home: '/'
    })
  })

  it('gives ids in range, whatever the files hold', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (files, more) => {
        const { uid, gid, home } = resolveUser({ user: '7', passwd: `${files}\n7${more}`, group: more })
        expect(uid).toBe(7)
        expect(gid).toBeGreaterThanOrEqual(0)
        expect(gid).toBeLessThan(4294967295)
        expect(home).toMatch(/^\//)
      })
    )
  })
})

it('names users by the first entry of each id', () => {
  expect(userNames(passwd)).toEqual(
    new Map([
      ['0', 'root'],
      ['33', 'web']
    ])
  )
})
