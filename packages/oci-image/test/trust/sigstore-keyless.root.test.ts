import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PolicyRequirement, TrustPolicy } from '@runcible/interface'
import { checkPolicy } from '../../src/trust/check-policy.ts'
import type { ImageSignature } from '../../src/trust/signature.ts'
import { annotationKeys } from '../../src/trust/sigstore/annotations.ts'
import {
  caExtensions,
  type Issued,
  type LeafInit,
  oidcIssuer,
  subjectEmail,
  testAuthority,
  type TestAuthority
} from './support/certificates.ts'
import { type EntryInit, type Log, manifestOf, signedSource, sigstoreSignature, testLog } from './support/sigstore.ts'

const name = 'quay.io/x/app:1'
const manifest = manifestOf('one')

const policyOf = (requirement: PolicyRequirement): TrustPolicy => ({
  file: '/policy.json',
  default: [{ type: 'reject' }],
  transports: new Map([['docker', new Map([['quay.io/x', [requirement]]])]])
})

const check = (requirement: PolicyRequirement, signatures: readonly ImageSignature[], of = manifest) =>
  checkPolicy(policyOf(requirement), signedSource(name, { [of.digest]: signatures }), of)

describe('a keyless sigstore signature', () => {
  let authority: TestAuthority
  let log: Log
  beforeAll(() => {
    authority = testAuthority()
    log = testLog()
  })
  afterAll(() => authority[Symbol.dispose]())

  interface Made {
    readonly leaf?: LeafInit
    readonly by?: Issued
    readonly chain?: string
    readonly entry?: Partial<EntryInit>
    readonly log?: Log
    readonly name?: string
    /** Signs with another key than the certificate's. */
    readonly key?: KeyObject
    readonly annotations?: Readonly<Record<string, string>>
  }

  function make({
    leaf = {},
    by,
    chain,
    entry = {},
    log: by_ = log,
    name: claimed = name,
    key,
    annotations = {}
  }: Made = {}) {
    const { certificate, key: leafKey } = authority.leaf(leaf, by)
    return sigstoreSignature(key ?? createPrivateKey(leafKey), { manifest, name: claimed }, (made) => ({
      [annotationKeys.certificate]: certificate,
      [annotationKeys.chain]: chain ?? authority.intermediate.certificate + authority.root.certificate,
      [annotationKeys.logEntry]: by_.entry({ ...made, signer: certificate, ...entry }),
      ...annotations
    })).found
  }
  const requirement = (): PolicyRequirement => ({
    type: 'sigstoreSigned',
    signer: { fulcio: { ca: { data: Buffer.from(authority.root.certificate) }, oidcIssuer, subjectEmail } },
    rekorKeys: [{ data: Buffer.from(log.publicKey) }],
    signedIdentity: { type: 'matchRepoDigestOrExact' }
  })

  it('counts when everything fits', async () => {
    await check(requirement(), [make()])
    await check(requirement(), [make({ by: authority.root, chain: '' })])
    // The certificate has long expired; it was valid when it was logged.
    await check(requirement(), [
      make({ leaf: { from: '20260528000000Z', to: '20260529000000Z' }, entry: { time: 1_779_950_000 } })
    ])
    const v2 = `1.3.6.1.4.1.57264.1.8=DER:0c${oidcIssuer.length.toString(16)}${Buffer.from(oidcIssuer).toString('hex')}`
    await check(requirement(), [make({ leaf: { issuer: '', extensions: [v2] } })])
  })

  const day = 86_400
  it.each<[string, Made, string]>([
    [
      'logged after the certificate expired',
      { leaf: { from: '20260101000000Z', to: '20260102000000Z' } },
      'was not valid when it was logged'
    ],
    [
      'logged before the certificate was valid',
      { leaf: { from: '20350101000000Z' } },
      'was not valid when it was logged'
    ],
    [
      'of another OIDC issuer',
      { leaf: { issuer: 'https://other.example' } },
      'for the OIDC issuer https://other.example'
    ],
    ['of no OIDC issuer', { leaf: { issuer: '' } }, 'for the OIDC issuer none'],
    ['of two OIDC issuers', { leaf: { extensions: ['1.3.6.1.4.1.57264.1.8=DER:0c0161'] } }, 'for the OIDC issuer none'],
    [
      'for another person',
      { leaf: { email: 'mallory@example.org' } },
      'for mallory@example.org, not alice@example.org'
    ],
    [
      'for a person whose address begins so',
      { leaf: { email: 'alice@example.org.evil.example' } },
      'not alice@example.org'
    ],
    ['for nobody', { leaf: { email: '' } }, 'no e-mail address'],
    ['for TLS servers', { leaf: { codeSigning: false } }, 'not for code signing'],
    [
      'with a critical extension that nobody knows',
      { leaf: { extensions: ['1.2.3.4=critical,DER:0500'] } },
      'no CA of the policy has issued'
    ],
    ['without its intermediate', { chain: '' }, 'no CA of the policy has issued'],
    ['with another entry’s digest', { entry: { payload: Buffer.from('other') } }, 'a log entry for another payload'],
    [
      'with another entry’s signature',
      { entry: { signature: Buffer.from('other') } },
      'a log entry for another signature'
    ],
    ['with an entry of another kind', { entry: { change: (body) => (body.kind = 'intoto') } }, 'kind intoto 0.0.1'],
    ['with an entry for no certificate', { entry: { signer: 'no' } }, 'a log entry for another key'],
    ['without an entry', { annotations: { [annotationKeys.logEntry]: '{}' } }, 'log entry'],
    ['without a certificate', { annotations: { [annotationKeys.certificate]: '' } }, 'has no certificate'],
    [
      'with a broken certificate',
      { annotations: { [annotationKeys.certificate]: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----' } },
      'cannot be read'
    ],
    ['for another repository', { name: 'quay.io/x/other:1' }, 'it is for quay.io/x/other:1, not for quay.io/x/app:1'],
    ['with a time far away', { entry: { time: 1e12 + day } }, 'was not valid when it was logged']
  ])('does not count %s', async (_, made, why) => {
    await expect(check(requirement(), [make(made)])).rejects.toThrow(why)
    await expect(check(requirement(), [make(made)])).rejects.toMatchObject({ code: 'permission-denied' })
  })

  it('does not count from another log', async () => {
    await expect(check(requirement(), [make({ log: testLog() })])).rejects.toThrow(
      'no key of the policy’s transparency logs has signed'
    )
  })

  it('does not count with a promise for another time', async () => {
    const found = make()
    const entry = JSON.parse(found.annotations[annotationKeys.logEntry]!) as { Payload: { integratedTime: number } }
    entry.Payload.integratedTime += 1
    const annotations = { ...found.annotations, [annotationKeys.logEntry]: JSON.stringify(entry) }
    await expect(check(requirement(), [{ ...found, annotations }])).rejects.toThrow(
      'no key of the policy’s transparency logs has signed'
    )
  })

  it('does not count for another image', async () => {
    const other = manifestOf('two')
    await expect(check(requirement(), [make()], other)).rejects.toThrow(
      `is for ${manifest.digest}, not for ${other.digest}`
    )
  })

  it('does not count when it was made with another key than the certificate’s', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    await expect(check(requirement(), [make({ key: privateKey })])).rejects.toThrow(
      'was not made with the key of its certificate'
    )
  })

  it('does not count with a certificate that another CA has issued', async () => {
    using other = testAuthority()
    const chain = other.intermediate.certificate + other.root.certificate
    await expect(check(requirement(), [make({ by: other.intermediate, chain })])).rejects.toThrow(
      'no CA of the policy has issued'
    )
    await expect(check(requirement(), [make({ by: other.root, chain })])).rejects.toThrow(
      'no CA of the policy has issued'
    )
  })

  it('does not count with a certificate that a mere user has issued', async () => {
    const user = authority.leaf()
    const chain = user.certificate + authority.intermediate.certificate
    await expect(check(requirement(), [make({ by: user, chain })])).rejects.toThrow('no CA of the policy has issued')
  })

  it('does not count through an intermediate that is for something else', async () => {
    using tls = testAuthority([...caExtensions, 'extendedKeyUsage=serverAuth'])
    const demand = {
      ...requirement(),
      signer: { fulcio: { ca: { data: Buffer.from(tls.root.certificate) }, oidcIssuer, subjectEmail } }
    } as PolicyRequirement
    const found = make({ by: tls.intermediate, chain: tls.intermediate.certificate })
    await expect(check(demand, [found])).rejects.toThrow('no CA of the policy has issued')
    await check(demand, [make({ by: tls.root, chain: '' })])
  })
})
