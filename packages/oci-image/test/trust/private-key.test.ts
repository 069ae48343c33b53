import { createPublicKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { normalizeReference } from '../../src/reference.ts'
import { createSignatures } from '../../src/trust/sign.ts'
import { generateSigstoreKey, openPrivateKey } from '../../src/trust/sigstore/private-key.ts'
import { verifiesWith } from '../../src/trust/sigstore/public-key.ts'

const { privateKey, publicKey } = generateSigstoreKey('a secret')

/** The key with another document in its PEM. */
function changed(change: (document: Record<string, Record<string, unknown>>) => void): string {
  const [, label = '', base64 = ''] = /-----BEGIN (.*)-----\n([\s\S]*)\n-----END/.exec(privateKey)!
  const document = JSON.parse(Buffer.from(base64, 'base64').toString()) as Record<string, Record<string, unknown>>
  change(document)
  return `-----BEGIN ${label}-----\n${Buffer.from(JSON.stringify(document)).toString('base64')}\n-----END ${label}-----\n`
}

describe('a private key of sigstore', () => {
  it('opens with its passphrase, and belongs to the public key', () => {
    const key = openPrivateKey(privateKey, 'a secret', 'k')
    expect(createPublicKey(key).export({ type: 'spki', format: 'pem' })).toBe(publicKey)
    const older = privateKey.replaceAll('ENCRYPTED SIGSTORE', 'ENCRYPTED COSIGN')
    expect(openPrivateKey(older, 'a secret', 'k').equals(key)).toBe(true)
  })

  it('does not open with another', () => {
    expect(() => openPrivateKey(privateKey, 'another', '/k')).toThrow('the passphrase of /k is wrong')
  })

  it.each([
    ['nothing', 'nothing'],
    ['a public key', publicKey],
    ['another KDF', changed(({ kdf }) => (kdf!['name'] = 'argon2'))],
    ['another cipher', changed(({ cipher }) => (cipher!['name'] = 'aes'))],
    ['a nonce that is too short', changed(({ cipher }) => (cipher!['nonce'] = 'AAAA'))],
    ['parameters that take all memory', changed(({ kdf }) => (kdf!['params'] = { N: 2 ** 30, r: 8, p: 1 }))],
    ['parameters that take for ever', changed(({ kdf }) => (kdf!['params'] = { N: 2 ** 14, r: 8, p: 1e6 }))],
    ['parameters that are none', changed(({ kdf }) => (kdf!['params'] = { N: 1000, r: 8, p: 1 }))]
  ])('is refused: %s', (_, pem) => {
    expect(() => openPrivateKey(pem, 'a secret', '/k')).toThrow('/k')
  })

  it('signs, from a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'key-'))
    try {
      const [privateKeyFile, passphraseFile] = [join(folder, 'k'), join(folder, 'p')]
      writeFileSync(privateKeyFile, privateKey)
      writeFileSync(passphraseFile, 'a secret\nanother line\n')
      const image = { digest: `sha256:${'a'.repeat(64)}`, identity: normalizeReference('quay.io/a/b:1') } as const
      const [made] = await createSignatures([{ kind: 'sigstore', privateKeyFile, passphraseFile }], image)
      if (made?.kind !== 'sigstore') throw new Error('not a sigstore signature')
      const signature = Buffer.from(made.annotations['dev.cosignproject.cosign/signature']!, 'base64')
      expect(verifiesWith(createPublicKey(publicKey), made.payload, signature)).toBe(true)
      await expect(createSignatures([{ kind: 'sigstore', privateKeyFile }], image)).rejects.toMatchObject({
        code: 'unauthorized'
      })
      await expect(
        createSignatures([{ kind: 'sigstore', privateKeyFile: join(folder, 'no') }], image)
      ).rejects.toMatchObject({ code: 'not-found' })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
