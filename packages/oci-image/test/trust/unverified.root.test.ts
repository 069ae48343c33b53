import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { digestOf } from '@runcible/oci-spec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { normalizeReference } from '../../src/reference.ts'
import { createSignatures } from '../../src/trust/sign.ts'
import { readUnverified } from '../../src/trust/unverified.ts'
import { gpgHome, type GpgHome } from './support/gpg-home.ts'

const run = promisify(execFile)
const digest = digestOf(Buffer.from('{}'))
let home: GpgHome
let key: string
const before = process.env['GNUPGHOME']

beforeAll(() => {
  home = gpgHome()
  key = home.makeKey('Alice <alice@example.org>')
  process.env['GNUPGHOME'] = home.path
})
afterAll(() => {
  if (before === undefined) delete process.env['GNUPGHOME']
  else process.env['GNUPGHOME'] = before
  home[Symbol.dispose]()
})

test('says what skopeo says of the same signature', async () => {
  const image = { digest, identity: normalizeReference('quay.io/x/app:1') }
  const [signature] = await createSignatures([{ kind: 'simple', fingerprint: key }], image)
  if (signature?.kind !== 'simple') throw new Error('a simple signature was asked for')
  const file = join(home.path, 'signature')
  writeFileSync(file, signature.bytes)
  const { stdout } = await run('skopeo', ['untrusted-signature-dump-without-verification', file])
  const theirs = JSON.parse(stdout) as Readonly<Record<string, string>>
  expect(await readUnverified(signature.bytes)).toEqual({
    digest: theirs['UntrustedDockerManifestDigest'],
    reference: theirs['UntrustedDockerReference'],
    creator: theirs['UntrustedCreatorID'],
    timestamp: Date.parse(theirs['UntrustedTimestamp']!) / 1000,
    keyId: theirs['UntrustedShortKeyIdentifier']
  })
})

test.each([
  ['text', () => Buffer.from('{"schemaVersion":2}')],
  ['nothing', () => Buffer.alloc(0)],
  ['a public key', () => home.publicKey(key)],
  ['a signed text that is no claim', () => home.gpg(['--local-user', key, '--sign'], Buffer.from('hello'))],
  [
    'a claim at no time',
    () =>
      home.gpg(
        ['--local-user', key, '--sign'],
        Buffer.from(
          JSON.stringify({
            critical: {
              identity: { 'docker-reference': 'a' },
              image: { 'docker-manifest-digest': digest },
              type: 'atomic container signature'
            },
            optional: { timestamp: Number.MAX_SAFE_INTEGER }
          })
        )
      )
  ]
])('%s is no signature', async (_, bytes) => {
  await expect(readUnverified(bytes())).rejects.toMatchObject({ code: 'corrupt' })
})
