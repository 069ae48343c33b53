import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { PolicyRequirement, TrustPolicy } from '@runcible/interface'
import { digestOf } from '@runcible/oci-spec'
import type { FetchedManifest } from '../../src/registry/manifests.ts'
import { signaturePolicy } from '../../src/trust/policy.ts'
import { manifestOf, signedSource, sigstoreSignature } from './support/sigstore.ts'

const name = 'quay.io/x/app:1'
const manifest = manifestOf('one')
const other = manifestOf('two')
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const signed: PolicyRequirement = {
  type: 'sigstoreSigned',
  signer: { keys: [{ data: Buffer.from(publicKey.export({ type: 'spki', format: 'pem' })) }] },
  rekorKeys: [],
  signedIdentity: { type: 'matchRepoDigestOrExact' }
}
const policyOf = (...requirements: readonly PolicyRequirement[]): TrustPolicy => ({
  file: '/policy.json',
  default: requirements,
  transports: new Map()
})
const nothing = () => {
  throw new Error('no file was named')
}
const indexOf = (...manifests: readonly FetchedManifest[]): FetchedManifest => {
  const mediaType = 'application/vnd.oci.image.index.v1+json'
  const entries = manifests.map(({ bytes, digest, mediaType: type }) => ({
    mediaType: type,
    digest,
    size: bytes.length
  }))
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests: entries }))
  return { bytes, digest: digestOf(bytes), mediaType }
}

describe('a policy', () => {
  it('accepts everything where there is none, and where it says so', async () => {
    const none = signaturePolicy({ policy: () => undefined, open: nothing })
    expect(await none.acceptsAll()).toBe(true)
    await none.check(signedSource(name, {}), manifest)
    const open = signaturePolicy({ policy: () => policyOf({ type: 'insecureAcceptAnything' }), open: nothing })
    expect(await open.acceptsAll()).toBe(true)
    const closed = signaturePolicy({ policy: () => policyOf({ type: 'reject' }), open: nothing })
    expect(await closed.acceptsAll()).toBe(false)
    expect(await closed.acceptsAll({ policyFile: false })).toBe(true)
    await closed.check(signedSource(name, {}), manifest, { policyFile: false })
  })

  it('may be that of a file', async () => {
    const opened: string[] = []
    const policy = signaturePolicy({
      policy: () => policyOf({ type: 'insecureAcceptAnything' }),
      open: (file) => (opened.push(file), policyOf({ type: 'reject' }))
    })
    await expect(policy.check(signedSource(name, {}), manifest, { policyFile: '/other.json' })).rejects.toThrow(
      'it refuses every image'
    )
    expect(opened).toEqual(['/other.json'])
  })

  it('needs all of its requirements', async () => {
    const source = signedSource(name, { [manifest.digest]: [sigstoreSignature(privateKey, { manifest, name }).found] })
    const policy = (...requirements: readonly PolicyRequirement[]) =>
      signaturePolicy({ policy: () => policyOf(...requirements), open: nothing })
    await policy({ type: 'insecureAcceptAnything' }, signed).check(source, manifest)
    const unsupported = policy({ type: 'unsupported', what: 'a stamp' })
    expect(await unsupported.acceptsAll()).toBe(false)
    await expect(unsupported.check(source, manifest)).rejects.toThrow('it wants a stamp, which is not supported')
    await expect(policy(signed, { type: 'reject' }).check(source, manifest)).rejects.toMatchObject({
      code: 'permission-denied'
    })
  })
})

describe('an image of an index', () => {
  const policy = signaturePolicy({ policy: () => policyOf(signed), open: nothing })
  const index = indexOf(manifest, other)
  const signatureOf = (of: FetchedManifest, as = name) => ({
    [of.digest]: [sigstoreSignature(privateKey, { manifest: of, name: as }).found]
  })

  it('may be signed itself, or through the index', async () => {
    await policy.check(signedSource(name, signatureOf(manifest)), manifest, { within: index })
    await policy.check(signedSource(name, signatureOf(index)), manifest, { within: index })
    await expect(policy.check(signedSource(name, {}), manifest, { within: index })).rejects.toThrow(
      'no signature was found'
    )
  })

  it('is not vouched for by an index that does not list it, or by one for another name', async () => {
    const without = indexOf(other)
    await expect(policy.check(signedSource(name, signatureOf(without)), manifest, { within: without })).rejects.toThrow(
      'no signature was found'
    )
    const elsewhere = signedSource(name, signatureOf(index, 'quay.io/x/other:1'))
    await expect(policy.check(elsewhere, manifest, { within: index })).rejects.toThrow('it is for quay.io/x/other:1')
    await expect(policy.check(signedSource(name, signatureOf(manifest)), other, { within: index })).rejects.toThrow(
      'no signature was found'
    )
  })
})
