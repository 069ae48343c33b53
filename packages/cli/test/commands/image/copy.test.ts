import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { fakeEngine } from '../../support/fake-engine.ts'
import { runCli } from '../../support/run-cli.ts'
import { image } from '../../support/values.ts'

const directory = mkdtempSync(join(tmpdir(), 'copy-'))
afterAll(() => rmSync(directory, { recursive: true }))

const called = async (...argv: readonly string[]): Promise<unknown> => {
  const engine = fakeEngine({ images: [image({ names: ['localhost/one:1'] })] })
  const { code, stderr } = await runCli(argv, { engine })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return JSON.parse(engine.calls[0]?.replace(/^[^{]*/, '') ?? '')
}

test.each([
  [[], { source: {}, destination: {} }],
  [['--all', '-f', 'v2s2'], { images: 'all', format: 'docker' }],
  [['--multi-arch', 'index-only', '--preserve-digests'], { images: 'index-only', preserveDigests: true }],
  [['--dest-compress-format', 'zstd', '--dest-compress-level', '9'], { compression: { format: 'zstd', level: 9 } }],
  [['--dest-compress', '--dest-force-compress-format'], { compression: { format: 'gzip', force: true } }],
  [['--dest-decompress'], { compression: { format: 'none' } }],
  [['--src-shared-blob-dir', '/b'], { source: { sharedBlobDirectory: '/b' } }],
  [['--override-arch', 'arm'], { source: { platform: { os: 'linux', architecture: 'arm', variant: 'v7' } } }],
  [['--remove-signatures', '--sign-identity', 'a/b:1'], { removeSignatures: true, signIdentity: 'a/b:1' }],
  [['--additional-tag', 'a:1,b:2', '--image-parallel-copies', '2'], { tags: ['a:1', 'b:2'], parallel: 2 }],
  [
    ['--src-creds', 'u:p', '--dest-tls-verify=false', '--dest-no-creds', '--retry-times', '4'],
    {
      source: { auth: { username: 'u', password: 'p' }, retries: 4 },
      destination: { tlsVerify: false, anonymous: true, retries: 4 }
    }
  ]
])('image copy %j', async (flags, expected) => {
  expect(await called('image', 'copy', ...flags, 'docker://a', 'dir:b')).toMatchObject(expected)
})

test.each([
  [['--format', 'v2s1'], 'v2s1 is not written'],
  [['--dest-compress-format', 'lzma'], '"lzma" is neither gzip nor zstd'],
  [['--dest-compress-level', '12'], 'gzip has the levels -1 to 9'],
  [['--all', '--multi-arch', 'system'], '--all excludes --multi-arch'],
  [['--dest-decompress', '--dest-compress'], '--dest-decompress excludes'],
  [['--image-parallel-copies', '0'], 'must be 1 or more']
])('image copy %j is refused', async (flags, message) => {
  const { code, stderr } = await runCli(['image', 'copy', ...flags, 'docker://a', 'dir:b'], { engine: fakeEngine() })
  expect(code).toBe(125)
  expect(stderr).toContain(message)
})

test('push converts, compresses and tells the digest', async () => {
  const file = join(directory, 'digest')
  const flags = ['--format=oci', '--compression-format=zstd', '--compression-level=3', '--force-compression']
  expect(await called('push', '-q', ...flags, '--digestfile', file, 'one:1', 'oci:/x:y')).toEqual({
    format: 'oci',
    compression: { format: 'zstd', level: 3, force: true }
  })
  expect(readFileSync(file, 'utf8')).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(await called('push', '-q', '--compress', '--remove-signatures', 'one:1', 'dir:/x')).toEqual({
    compression: { format: 'gzip' },
    removeSignatures: true
  })
  const refused = await runCli(['push', '--compress', 'one:1'], { engine: fakeEngine() })
  expect(refused.stderr).toContain('--compress can only be set when pushing to a directory')
})

test('manifest-digest prints what the bytes of a file hash to', async () => {
  const file = join(directory, 'manifest.json')
  writeFileSync(file, '{"schemaVersion":2}')
  const { stdout } = await runCli(['image', 'manifest-digest', file])
  expect(stdout).toBe('sha256:bafebd36189ad3688b7b3915ea55d461e0bfcfbdde11e54b0a123999fb6be50f\n')
  writeFileSync(file, '{"schemaVersion":1}')
  expect((await runCli(['image', 'manifest-digest', file])).stderr).toContain('schema 1')
})
