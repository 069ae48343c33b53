import { describe, expect, it } from 'vitest'
import { parsePolicy } from '../src/policy.ts'

const file = '/etc/containers/policy.json'
const accept = [{ type: 'insecureAcceptAnything' }]
const parse = (document: unknown) =>
  parsePolicy(file, typeof document === 'string' ? document : JSON.stringify(document))
const requirement = (value: object) => parse({ default: [value] }).default[0]
const keyData = Buffer.from('a key').toString('base64')

describe('policy.json', () => {
  it('has a default, and scopes by transport', () => {
    const policy = parse({
      default: [{ type: 'reject' }],
      transports: { docker: { 'quay.io': accept }, dir: { '': accept } }
    })
    expect(policy.file).toBe(file)
    expect(policy.default).toEqual([{ type: 'reject' }])
    expect(policy.transports.get('docker')?.get('quay.io')).toEqual(accept)
    expect(policy.transports.get('dir')?.get('')).toEqual(accept)
  })

  it('takes keys from files and from itself', () => {
    const identity = { type: 'matchRepoDigestOrExact' }
    expect(requirement({ type: 'signedBy', keyType: 'GPGKeys', keyPath: '/k' })).toEqual({
      type: 'signedBy',
      keys: [{ path: '/k' }],
      signedIdentity: identity
    })
    expect(requirement({ type: 'signedBy', keyType: 'GPGKeys', keyPaths: ['/k', '/l'] })).toMatchObject({
      keys: [{ path: '/k' }, { path: '/l' }]
    })
    expect(requirement({ type: 'sigstoreSigned', keyDatas: [keyData], rekorPublicKeyPath: '/r' })).toEqual({
      type: 'sigstoreSigned',
      signer: { keys: [{ data: Buffer.from('a key') }] },
      rekorKeys: [{ path: '/r' }],
      signedIdentity: identity
    })
    const fulcio = { caPath: '/ca', oidcIssuer: 'https://issuer', subjectEmail: 'a@b.c' }
    expect(requirement({ type: 'sigstoreSigned', fulcio, rekorPublicKeyDatas: [keyData] })).toMatchObject({
      signer: { fulcio: { ca: { path: '/ca' }, oidcIssuer: 'https://issuer', subjectEmail: 'a@b.c' } },
      rekorKeys: [{ data: Buffer.from('a key') }]
    })
  })

  it.each([
    { type: 'signedBaseLayer', baseLayerIdentity: { type: 'matchExact' } },
    { type: 'sigstoreSigned', pki: {} },
    { type: 'signedBy', keyType: 'X509Certificates', keyPath: '/k' }
  ])('keeps what cannot be checked, to refuse it when it is asked for: %j', (value) => {
    expect(requirement(value)).toEqual({ type: 'unsupported', what: expect.any(String) })
  })

  it.each([
    { type: 'matchExact' },
    { type: 'matchRepository' },
    { type: 'exactReference', dockerReference: 'quay.io/a/b:1' },
    { type: 'exactRepository', dockerRepository: 'localhost:5000/a' },
    { type: 'remapIdentity', prefix: 'mirror:5000/a', signedPrefix: 'quay.io' }
  ])('knows the identity $type', (signedIdentity) => {
    expect(requirement({ type: 'sigstoreSigned', keyPath: '/k', signedIdentity })).toMatchObject({ signedIdentity })
  })

  it.each([
    ['{', 'the document cannot be read'],
    [
      '{"default":[{"type":"reject"}],"default":[{"type":"insecureAcceptAnything"}]}',
      'the member "default" is there twice'
    ],
    [{}, 'default is missing'],
    [{ default: [] }, 'default must not be empty'],
    [{ default: accept, other: 1 }, 'other is not known'],
    [{ default: accept, transports: null }, 'transports must be an object'],
    [{ default: [{ type: 'trust' }] }, 'default[0].type is "trust", not one of'],
    [{ default: [{ type: 'reject', why: '' }] }, 'default[0].why is not known'],
    [{ default: accept, transports: { docker: { 'quay.io': [] } } }, 'transports.docker["quay.io"] must not be empty'],
    [{ default: accept, transports: { dir: { 'a/b': accept } } }, 'transports.dir["a/b"] must be an absolute path'],
    [{ default: accept, transports: { oci: { '/a/../b': accept } } }, 'must be written "/b"'],
    [{ default: accept, transports: { dir: { '/': accept } } }, 'must be "" to stand for every path']
  ])('refuses %j', (document, why) => {
    expect(() => parse(document)).toThrow(why)
    expect(() => parse(document)).toThrow(file)
  })

  it.each([
    [{ type: 'signedBy', keyPath: '/k' }, '.keyType'],
    [{ type: 'signedBy', keyType: 'Keys', keyPath: '/k' }, 'keyType is "Keys", not one of'],
    [{ type: 'signedBy', keyType: 'GPGKeys' }, 'needs one of keyPath, keyPaths and keyData'],
    [{ type: 'signedBy', keyType: 'GPGKeys', keyPath: '/k', keyData }, 'may have only one of them'],
    [{ type: 'signedBy', keyType: 'GPGKeys', keyData: 'not base64!' }, 'is not base64'],
    [{ type: 'signedBy', keyType: 'GPGKeys', keyPath: '/k', signedidentity: {} }, 'signedidentity is not known'],
    [{ type: 'sigstoreSigned' }, 'needs exactly one of'],
    [{ type: 'sigstoreSigned', keyPath: '/k', fulcio: {} }, 'needs exactly one of'],
    [
      { type: 'sigstoreSigned', fulcio: { caPath: '/c', oidcIssuer: 'i', subjectEmail: 's' } },
      'needs rekorPublicKeyPath'
    ],
    [
      { type: 'sigstoreSigned', fulcio: { caPath: '/c', oidcIssuer: 'i' }, rekorPublicKeyPath: '/r' },
      'subjectEmail is missing'
    ],
    [
      {
        type: 'sigstoreSigned',
        keyPath: '/k',
        signedIdentity: { type: 'exactReference', dockerReference: 'quay.io/a' }
      },
      'needs a tag or a digest'
    ],
    [
      { type: 'sigstoreSigned', keyPath: '/k', signedIdentity: { type: 'matchExact', prefix: 'a' } },
      'prefix is not known'
    ],
    [
      {
        type: 'sigstoreSigned',
        keyPath: '/k',
        signedIdentity: { type: 'remapIdentity', prefix: 'a:t/b', signedPrefix: 'b' }
      },
      'prefix must be host'
    ]
  ])('refuses the requirement %j', (value, why) => {
    expect(() => requirement(value)).toThrow(why)
  })
})
