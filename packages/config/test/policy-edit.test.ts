import { describe, expect, it } from 'vitest'
import { editPolicy } from '../src/policy-edit.ts'

const file = '/etc/containers/policy.json'
const before = JSON.stringify({
  default: [{ type: 'reject' }],
  transports: { dir: { '': [{ type: 'insecureAcceptAnything' }] }, docker: { 'quay.io': [{ type: 'reject' }] } }
})

describe('a change of policy.json', () => {
  it('keeps everything else', () => {
    const text = editPolicy(file, before, { scope: 'quay.io/x', type: 'signedBy', keyFiles: ['/a', '/b'] })
    expect(JSON.parse(text)).toEqual({
      default: [{ type: 'reject' }],
      transports: {
        dir: { '': [{ type: 'insecureAcceptAnything' }] },
        docker: {
          'quay.io': [{ type: 'reject' }],
          'quay.io/x': [
            { type: 'signedBy', keyType: 'GPGKeys', keyPath: '/a' },
            { type: 'signedBy', keyType: 'GPGKeys', keyPath: '/b' }
          ]
        }
      }
    })
    expect(text).toContain('\n    "default": [\n')
  })

  it('begins a file with its default', () => {
    const text = editPolicy(file, undefined, { scope: 'default', type: 'accept', keyFiles: [] })
    expect(JSON.parse(text)).toEqual({ default: [{ type: 'insecureAcceptAnything' }] })
    expect(() => editPolicy(file, undefined, { scope: 'quay.io', type: 'accept', keyFiles: [] })).toThrow(
      'the default trust policy must be set first'
    )
  })

  it('wants keys where they mean something', () => {
    expect(() => editPolicy(file, before, { scope: 'a', type: 'sigstoreSigned', keyFiles: [] })).toThrow(
      "at least one public key must be defined for type 'sigstoreSigned'"
    )
    expect(() => editPolicy(file, before, { scope: 'a', type: 'reject', keyFiles: ['/k'] })).toThrow(
      '1 public keys unexpectedly provided for trust type reject'
    )
  })

  it('changes nothing that it does not understand', () => {
    const odd = before.replace('"reject"', '"other"')
    expect(() => editPolicy(file, odd, { scope: 'a', type: 'reject', keyFiles: [] })).toThrow(
      'default[0].type is "other"'
    )
  })
})
