import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EngineError } from '@runcible/interface'
import { afterAll, expect, test } from 'vitest'
import { readSyncFile } from '../../src/sync/sync-file.ts'
import { syncGroups, syncTarget } from '../../src/sync/sync-plan.ts'
import { fakeEngine } from '../support/fake-engine.ts'
import { runCli } from '../support/run-cli.ts'

const directory = mkdtempSync(join(tmpdir(), 'sync-'))
afterAll(() => rmSync(directory, { recursive: true }))
const { signal } = new AbortController()

const file = (name: string, text: string): string => {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

test.each([
  ['docker', false, '', 'quay.io/a/b:1', 'docker://reg/x/b:1'],
  ['docker', true, '', 'quay.io/a/b:1', 'docker://reg/x/quay.io/a/b:1'],
  ['docker', true, '-old', 'localhost:5000/a/b:1', 'docker://reg/x/localhost/a/b:1-old'],
  ['docker', false, '', 'some/app', 'docker://reg/x/app:latest'],
  ['dir', false, '', 'quay.io/a/b:1', 'dir:/reg/x/b:1'],
  ['dir', true, '-s', 'quay.io/a/b:1', 'dir:/reg/x/quay.io/a/b:1-s']
] as const)('to %s, scoped %s, suffix %j: %s', (kind, scoped, suffix, name, expected) => {
  const place = kind === 'dir' ? '/reg/x' : 'reg/x'
  expect(syncTarget({ kind, place, scoped, suffix }, { source: '', name })).toBe(expected)
})

test('a repository stands for its tags, a tag or digest for itself', async () => {
  const registries = { tags: async () => ({ tags: ['1', '2'] }) }
  const sources = async (place: string) =>
    (await syncGroups({ kind: 'docker', place, access: {} }, registries, { signal }))[0]?.images.map(
      ({ source }) => source
    )
  expect(await sources('localhost:5000/app')).toEqual([
    'docker://localhost:5000/app:1',
    'docker://localhost:5000/app:2'
  ])
  expect(await sources('quay.io/app:3')).toEqual(['docker://quay.io/app:3'])
  expect(await sources('docker://quay.io/app@sha256:abc')).toEqual(['docker://quay.io/app@sha256:abc'])
})

test('a directory stands for the images below it, links left out', async () => {
  for (const name of ['quay.io/a/b:1', 'plain']) {
    mkdirSync(join(directory, 'tree', name), { recursive: true })
    writeFileSync(join(directory, 'tree', name, 'manifest.json'), '{}')
  }
  symlinkSync('/', join(directory, 'tree', 'root'))
  const place = join(directory, 'tree')
  const groups = await syncGroups({ kind: 'dir', place, access: {} }, { tags: async () => ({ tags: [] }) }, { signal })
  expect(groups[0]?.images.map(({ name }) => name).toSorted()).toEqual(['plain', 'quay.io/a/b:1'])
})

test('a YAML file lists registries with tags, digests, expressions and access', async () => {
  const path = file(
    'sync.yaml',
    `quay.io:
  images:
    all: []
    some: ["1.0", "sha256:${'0'.repeat(64)}"]
  images-by-tag-regex:
    picked: ^1\\.
  credentials: {username: me, password: secret}
  tls-verify: false
other.example.com:
  cert-dir: /certs
`
  )
  const registries = { tags: async () => ({ tags: ['1.0', '2.0'] }) }
  const groups = await syncGroups({ kind: 'yaml', place: path, access: { retries: 2 } }, registries, { signal })
  expect(groups.map(({ access }) => access)).toEqual([
    { retries: 2, auth: { username: 'me', password: 'secret' }, tlsVerify: false },
    { retries: 2, certificateDir: '/certs' }
  ])
  expect(groups[0]?.images.map(({ name }) => name)).toEqual([
    'quay.io/all:1.0',
    'quay.io/all:2.0',
    'quay.io/some:1.0',
    `quay.io/some@sha256:${'0'.repeat(64)}`,
    'quay.io/picked:1.0'
  ])
})

test.each([
  ['a: 1', 'must have members'],
  ['a: {images: {b: [1.0]}}', 'quote those'],
  ['a: {image: {}}', '"image" is not known'],
  ['a: {images-by-semver: {b: ">1"}}', 'images-by-semver is not supported'],
  ['a: {images-by-tag-regex: {b: "("}}', 'b: '],
  ['a: {tls-verify: maybe}', 'must be true or false'],
  ['a: &x [*x]', 'cannot read the sync file']
])('%j is refused', async (text, message) => {
  await expect(readSyncFile(file('bad.yaml', text))).rejects.toThrow(message)
})

test('copies one image after the other; with --keep-going past a failure', async () => {
  const path = file('two.yaml', 'quay.io: {images: {a: ["1", "2"], b: ["1"]}}')
  const digestFile = join(directory, 'digests')
  const argv = ['image', 'sync', '-q', '--src', 'yaml', '--dest', 'docker', '--all', '--digestfile', digestFile]
  const engine = fakeEngine()
  expect(await runCli([...argv, path, 'localhost:5000/mirror'], { engine })).toMatchObject({ code: 0 })
  expect(engine.calls.map((call) => call.split(' ').slice(0, 3).join(' '))).toEqual([
    'copy docker://quay.io/a:1 docker://localhost:5000/mirror/a:1',
    'copy docker://quay.io/a:2 docker://localhost:5000/mirror/a:2',
    'copy docker://quay.io/b:1 docker://localhost:5000/mirror/b:1'
  ])
  expect(readFileSync(digestFile, 'utf8').split('\n')[2]).toMatch(/^sha256:[0-9a-f]{64} localhost:5000\/mirror\/b:1$/)
  const dry = fakeEngine()
  const told = await runCli([...argv, '--dry-run', path, 'localhost:5000/mirror'], { engine: dry })
  expect([told.code, dry.calls]).toEqual([0, []])
  expect(told.stderr).toContain('Would copy image 2/3 from docker://quay.io/a:2')
  const failing = fakeEngine()
  const copy = failing.images.copy
  Object.assign(failing.images, {
    copy: async (...request: Parameters<typeof copy>) => {
      if (request[0].endsWith('a:1')) throw new EngineError('not-found', 'it is gone')
      return await copy(...request)
    }
  })
  expect(await runCli([...argv, path, 'x/y'], { engine: failing })).toMatchObject({ code: 125 })
  expect(failing.calls).toEqual([])
  const kept = await runCli([...argv, '--keep-going', path, 'x/y'], { engine: failing })
  expect(kept).toMatchObject({ code: 125, stderr: expect.stringContaining('Synced 2 images, 1 could not be copied') })
})

test.each([
  [['--dest', 'dir'], 'A source transport must be specified'],
  [['--src', 'foo', '--dest', 'dir'], '"foo" is not a valid source transport'],
  [['--src', 'dir', '--dest', 'yaml'], '"yaml" is not a valid destination transport'],
  [['--src', 'dir', '--dest', 'dir'], 'copied with cp or rsync']
])('%j is refused', async (flags, message) => {
  const { code, stderr } = await runCli(['image', 'sync', ...flags, 'a', 'b'], { engine: fakeEngine() })
  expect(code).toBe(125)
  expect(stderr).toContain(message)
})
