import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { PolicyRequirement, TrustPolicy } from '@runcible/interface'
import { normalizeReference } from '../../src/reference.ts'
import { checkPolicy } from '../../src/trust/check-policy.ts'
import { writeClaim } from '../../src/trust/claim.ts'
import { createSignatures } from '../../src/trust/sign.ts'
import type { ImageSignature } from '../../src/trust/signature.ts'
import { gpgHome, type GpgHome } from './support/gpg-home.ts'
import { manifestOf, signedSource } from './support/sigstore.ts'

const name = 'quay.io/x/app:1'
const manifest = manifestOf('one')
const identity = normalizeReference(name)
let home: GpgHome
let alice: string
let bob: string
const before = process.env['GNUPGHOME']

beforeAll(() => {
  home = gpgHome()
  alice = home.makeKey('Alice <alice@example.org>')
  bob = home.makeKey('Bob <bob@example.org>', { algorithm: 'rsa2048' })
  process.env['GNUPGHOME'] = home.path
})
afterAll(() => {
  if (before === undefined) delete process.env['GNUPGHOME']
  else process.env['GNUPGHOME'] = before
  home[Symbol.dispose]()
})
afterEach(() => expect(readdirSync(tmpdir()).filter((entry) => entry.startsWith('runcible-keys-'))).toEqual([]))

const signedBy = (...keys: readonly Uint8Array[]): PolicyRequirement => ({
  type: 'signedBy',
  keys: keys.map((data) => ({ data })),
  signedIdentity: { type: 'matchRepoDigestOrExact' }
})
const policyOf = (...requirements: readonly PolicyRequirement[]): TrustPolicy => ({
  file: '/policy.json',
  default: requirements,
  transports: new Map()
})
const check = (
  requirement: PolicyRequirement | readonly PolicyRequirement[],
  ...signatures: readonly ImageSignature[]
) => checkPolicy(policyOf(...[requirement].flat()), signedSource(name, { [manifest.digest]: signatures }), manifest)
const sign = async (fingerprint: string, image = { digest: manifest.digest, identity }) =>
  (await createSignatures([{ kind: 'simple', fingerprint }], image))[0]!
const message = (
  args: readonly string[],
  text: Uint8Array = writeClaim('simple', { digest: manifest.digest, identity })
): ImageSignature => ({
  kind: 'simple',
  bytes: home.gpg(['--output', '-', ...args], text)
})

describe('a simple signature', () => {
  it('counts by a key of the policy', async () => {
    await check(signedBy(home.publicKey(alice)), await sign(alice))
    await check(signedBy(home.publicKey(alice), home.publicKey(bob)), await sign(bob))
    const armoured = home.gpg(['--armor', '--export', alice])
    await check(signedBy(armoured), await sign('alice@example.org'))
    await check(signedBy(home.publicKey(alice)), await sign(bob), await sign(alice))
  })

  it('counts by a subkey of it', async () => {
    const carol = home.makeKey('Carol <carol@example.org>')
    home.gpg(['--pinentry-mode', 'loopback', '--passphrase', '', '--quick-add-key', carol, 'ed25519', 'sign'])
    await check(signedBy(home.publicKey(carol)), await sign(carol))
  })

  it('has to be there for every requirement', async () => {
    const both = [signedBy(home.publicKey(alice)), signedBy(home.publicKey(bob))]
    await check(both, await sign(alice), await sign(bob))
    await expect(check(both, await sign(alice))).rejects.toThrow('was made by a key that is not trusted')
    await expect(check([{ type: 'insecureAcceptAnything' }, { type: 'reject' }], await sign(alice))).rejects.toThrow(
      'it refuses every image'
    )
  })

  it('does not count by another key, for another image, or for another name', async () => {
    const demand = signedBy(home.publicKey(alice))
    await expect(check(demand, await sign(bob))).rejects.toThrow(
      'docker://quay.io/x/app:1 is refused by /policy.json: default: it wants a signature by the key in keyData; a signature was made by a key that is not trusted'
    )
    const digest = manifestOf('two').digest
    await expect(check(demand, await sign(alice, { digest, identity }))).rejects.toThrow(
      `is for ${digest}, not for ${manifest.digest}`
    )
    const other = await sign(alice, { digest: manifest.digest, identity: normalizeReference('quay.io/x/other:1') })
    await expect(check(demand, other)).rejects.toThrow('it is for quay.io/x/other:1')
    await expect(check(demand)).rejects.toThrow('no signature was found')
  })

  it('does not count when it is damaged, expired, encrypted, armoured, or no signature', async () => {
    const demand = signedBy(home.publicKey(alice))
    const good = (await sign(alice)) as ImageSignature & { readonly kind: 'simple' }
    for (const at of [good.bytes.length - 5, good.bytes.length >> 1]) {
      const bytes = Buffer.from(good.bytes)
      bytes[at]! ^= 1
      await expect(check(demand, { kind: 'simple', bytes })).rejects.toThrow(/a signature (is|was|has)/)
    }
    const made = (...args: readonly string[]) => message(['--local-user', alice, ...args])
    await expect(check(demand, made('--store'))).rejects.toThrow('is not a signed message')
    await expect(check(demand, made('--clear-sign'))).rejects.toThrow('is no binary OpenPGP message')
    await expect(check(demand, made('--armor', '--sign'))).rejects.toThrow('is no binary OpenPGP message')
    await expect(check(demand, made('--detach-sign'))).rejects.toThrow(/a signature is/)
    await expect(
      check(demand, message(['--pinentry-mode', 'loopback', '--passphrase', 'x', '--symmetric']))
    ).rejects.toThrow('is encrypted')
    await expect(check(demand, message(['--local-user', alice, '--local-user', bob, '--sign']))).rejects.toThrow(
      /a signature (has|was)/
    )
    const plain = made('--compress-algo', 'none', '--sign') as typeof good
    await check(demand, plain)
    const doubled = Buffer.concat([plain.bytes, plain.bytes])
    await expect(check(demand, { kind: 'simple', bytes: doubled })).rejects.toThrow(/a signature (is|has)/)
    await expect(check(demand, message(['--local-user', alice, '--sign'], Buffer.from('{}')))).rejects.toThrow(
      'has a claim that cannot be used'
    )
  })

  it('does not count by a key that has expired or was revoked', async () => {
    const then = ['--faked-system-time', '20240101T000000!']
    const old = home.makeKey('Old <old@example.org>', { expires: '1d', extra: then })
    const byOld = message([...then, '--local-user', old, '--sign'])
    await expect(check(signedBy(home.publicKey(old)), byOld)).rejects.toThrow('was made by a key that has expired')
    const dave = home.makeKey('Dave <dave@example.org>', { extra: then })
    const short = message([...then, '--default-sig-expire', '1d', '--local-user', dave, '--sign'])
    await expect(check(signedBy(home.publicKey(dave)), short)).rejects.toThrow('a signature has expired')
    const signature = await sign(dave)
    await check(signedBy(home.publicKey(dave)), signature)
    home.gpg(['--import'], home.revocation(dave))
    await expect(check(signedBy(home.publicKey(dave)), signature)).rejects.toThrow('was made by a key that was revoked')
  })

  it('is made with the passphrase of a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'passphrase-'))
    const [right, wrong] = ['right', 'wrong'].map((word) => {
      writeFileSync(join(folder, word), `${word}\nsecond line`)
      return join(folder, word)
    })
    try {
      const eve = home.makeKey('Eve <eve@example.org>', { passphrase: 'right' })
      const image = { digest: manifest.digest, identity }
      // The agent remembers the passphrase of a key it has just made.
      home.forget()
      await expect(
        createSignatures([{ kind: 'simple', fingerprint: eve, passphraseFile: wrong! }], image)
      ).rejects.toMatchObject({ code: 'unauthorized' })
      const [made] = await createSignatures([{ kind: 'simple', fingerprint: eve, passphraseFile: right! }], image)
      await check(signedBy(home.publicKey(eve)), made!)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('is not made without the key', async () => {
    await expect(sign('nobody@example.org')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is not verified with what is no key', async () => {
    await expect(check(signedBy(Buffer.from('nothing')), await sign(alice))).rejects.toThrow(
      'there is no OpenPGP public key in the keyring'
    )
  })
})
