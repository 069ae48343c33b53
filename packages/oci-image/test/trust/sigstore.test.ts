import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { PolicyRequirement, TrustPolicy } from '@runcible/interface'
import { checkPolicy } from '../../src/trust/check-policy.ts'
import type { ImageSignature } from '../../src/trust/signature.ts'
import { annotationKeys } from '../../src/trust/sigstore/annotations.ts'
import { type Log, manifestOf, signedSource, sigstoreSignature, testLog } from './support/sigstore.ts'

const name = 'quay.io/x/app:1'
const manifest = manifestOf('one')
const pem = (key: KeyObject) => Buffer.from(key.export({ type: 'spki', format: 'pem' }))

const policyOf = (requirement: PolicyRequirement): TrustPolicy => ({
  file: '/policy.json',
  default: [{ type: 'reject' }],
  transports: new Map([['docker', new Map([['quay.io/x', [requirement]]])]])
})

interface Asked {
  readonly image?: string
  readonly of?: typeof manifest
}
const check = (
  requirement: PolicyRequirement,
  signatures: readonly ImageSignature[],
  { image = name, of = manifest }: Asked = {}
) => checkPolicy(policyOf(requirement), signedSource(image, { [of.digest]: signatures }), of)

describe('a sigstore signature by a key', () => {
  const requirement = (keys: readonly KeyObject[], part: object = {}): PolicyRequirement => ({
    type: 'sigstoreSigned',
    signer: { keys: keys.map((key) => ({ data: pem(key) })) },
    rekorKeys: [],
    signedIdentity: { type: 'matchRepoDigestOrExact' },
    ...part
  })
  const ecdsa = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const ed25519 = generateKeyPairSync('ed25519')

  it.each([
    ['ECDSA', ecdsa],
    ['RSA', rsa],
    ['Ed25519', ed25519]
  ])('counts: %s', async (_, { privateKey, publicKey }) => {
    const { found } = sigstoreSignature(privateKey, { manifest, name })
    await check(requirement([publicKey]), [found])
    await check(requirement([ecdsa.publicKey, publicKey]), [found])
  })

  it('does not count by another key, changed, for another image, or for another name', async () => {
    const { found } = sigstoreSignature(ecdsa.privateKey, { manifest, name })
    await expect(check(requirement([rsa.publicKey]), [found])).rejects.toThrow(
      'docker://quay.io/x/app:1 is refused by /policy.json: transports.docker["quay.io/x"]: it wants a sigstore signature by the key in keyData; a signature was made by a key that is not trusted'
    )
    const payload = Buffer.from(found.payload.toString().replace(/app:1/, 'app:2'))
    await expect(
      check(requirement([ecdsa.publicKey]), [{ ...found, payload }], { image: 'quay.io/x/app:2' })
    ).rejects.toThrow('was made by a key that is not trusted')
    const other = manifestOf('two')
    await expect(check(requirement([ecdsa.publicKey]), [found], { of: other })).rejects.toThrow(
      `is for ${manifest.digest}, not for ${other.digest}`
    )
    await expect(check(requirement([ecdsa.publicKey]), [found], { image: 'quay.io/x/other:1' })).rejects.toThrow(
      'it is for quay.io/x/app:1, not for quay.io/x/other:1'
    )
    await expect(check(requirement([ecdsa.publicKey]), [])).rejects.toThrow('no signature was found')
  })

  it('is one of several', async () => {
    const wrong = sigstoreSignature(rsa.privateKey, { manifest, name }).found
    const right = sigstoreSignature(ecdsa.privateKey, { manifest, name }).found
    await check(requirement([ecdsa.publicKey]), [wrong, { kind: 'simple', bytes: Buffer.from([0x90]) }, right])
  })

  it('may have to be logged too', async () => {
    const log = testLog()
    const demand = requirement([ecdsa.publicKey], { rekorKeys: [{ data: Buffer.from(log.publicKey) }] })
    const logged = (by: Log, signer: KeyObject) =>
      sigstoreSignature(ecdsa.privateKey, { manifest, name }, (made) => ({
        [annotationKeys.logEntry]: by.entry({ ...made, signer: pem(signer).toString() })
      })).found
    await check(demand, [logged(log, ecdsa.publicKey)])
    await expect(check(demand, [logged(log, rsa.publicKey)])).rejects.toThrow('has a log entry for another key')
    await expect(check(demand, [logged(testLog(), ecdsa.publicKey)])).rejects.toThrow(
      'no key of the policy’s transparency logs has signed'
    )
    await expect(check(demand, [sigstoreSignature(ecdsa.privateKey, { manifest, name }).found])).rejects.toThrow(
      'has no entry of a transparency log'
    )
  })

  it('is not looked at where keys cannot be read', async () => {
    const { found } = sigstoreSignature(ecdsa.privateKey, { manifest, name })
    const missing = requirement([], { signer: { keys: [{ path: '/no/such.pub' }] } })
    await expect(check(missing, [found])).rejects.toMatchObject({ code: 'failed-precondition' })
    const noKey = requirement([], { signer: { keys: [{ data: Buffer.from('nothing') }] } })
    await expect(check(noKey, [found])).rejects.toThrow('has no PEM public key')
  })
})
