import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, beforeEach, describe, expect } from 'vitest'
import { oursOnly as test, repositories, rootOf, useSandbox } from '../src/index.ts'

const box = useSandbox()
const env = { PATH: process.env['PATH'] ?? '', HOME: box.file(), GNUPGHOME: box.file('.gnupg') }
const gpg = (...args: readonly string[]) =>
  execFileSync('gpg', ['--batch', '--quiet', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
const skopeo = (...args: readonly string[]) => spawnSync('skopeo', args, { env, encoding: 'utf8' })
const write = (name: string, content: string | Buffer): string => {
  mkdirSync(dirname(box.file(name)), { recursive: true })
  writeFileSync(box.file(name), content)
  return box.file(name)
}
const policyFile = '.config/containers/policy.json'
const policy = (docker: object, others: object = {}, fallback: object = { type: 'insecureAcceptAnything' }) =>
  write(policyFile, JSON.stringify({ default: [fallback], transports: { docker, ...others } }))
const name = (repository: string) => `${box.registry}/trust/${repository}:1`
const push = (repository: string, ...flags: readonly string[]) =>
  box.ok('push', '--quiet', '--tls-verify=false', ...flags, box.image, name(repository))
const pull = (repository: string) => box.ok('pull', '--quiet', '--tls-verify=false', name(repository))
const refused = (repository: string) => box.fails(125, 'pull', '--quiet', '--tls-verify=false', name(repository))
const signedBy = (keyPath: string, signedIdentity?: object) => [
  { type: 'signedBy', keyType: 'GPGKeys', keyPath, signedIdentity }
]
const sigstoreSigned = (keyPath: string) => [{ type: 'sigstoreSigned', keyPath }]
const keys = { alice: box.file('alice.gpg'), bob: box.file('bob.gpg') }

beforeAll(async () => {
  mkdirSync(env.GNUPGHOME, { recursive: true, mode: 0o700 })
  box.defer(() => execFileSync('gpgconf', ['--kill', 'all'], { env }))
  for (const owner of ['alice', 'bob'] as const) {
    gpg('--passphrase', '', '--quick-gen-key', `${owner}@example.org`, 'ed25519', 'sign', 'never')
    writeFileSync(keys[owner], gpg('--export', `${owner}@example.org`))
  }
  write('.config/containers/registries.conf', `[[registry]]\nlocation = "${box.registry}"\ninsecure = true\n`)
  const places = { lookaside: `file://${box.file('signatures')}`, 'use-sigstore-attachments': true }
  write('.config/containers/registries.d/test.yaml', JSON.stringify({ docker: { [box.registry]: places } }))
  write('passphrase', 'a secret\n')
  await box.ok(
    'image',
    'generate-sigstore-key',
    '--output-prefix',
    box.file('key'),
    '--passphrase-file',
    box.file('passphrase')
  )
  await box.ok(
    'image',
    'generate-sigstore-key',
    '--output-prefix',
    box.file('other'),
    '--passphrase-file',
    box.file('passphrase')
  )
})
beforeEach(() => policy({}))

describe('a policy', () => {
  const blobs = () => readdirSync(join(rootOf(box.directory), 'content'), { recursive: true }).length

  test('keeps out what it refuses, and says by which rule', async () => {
    await push('refused')
    policy({ [`${box.registry}/trust`]: [{ type: 'reject' }], [name('fine')]: [{ type: 'insecureAcceptAnything' }] })
    const [imagesBefore, blobsBefore] = [await box.ok('images', '--all', '--quiet'), blobs()]
    expect(await refused('refused')).toContain(
      `Error: docker://${name('refused')} is refused by ${box.file(policyFile)}: transports.docker["${box.registry}/trust"]: it refuses every image`
    )
    const layers = `${box.registry}/${repositories.layers}:latest`
    policy({ [`${box.registry}/test`]: signedBy(keys.alice) })
    expect(await box.fails(125, 'pull', '--tls-verify=false', layers)).toContain('no signature was found')
    expect(await box.fails(125, 'run', '--rm', layers, 'true')).toContain('no signature was found')
    expect([await box.ok('images', '--all', '--quiet'), blobs()]).toEqual([imagesBefore, blobsBefore])
    const target = box.file('target')
    expect(await box.fails(125, 'image', 'copy', `docker://${layers}`, `oci:${target}`)).toContain(
      'no signature was found'
    )
    expect(existsSync(target)).toBe(false)
  })

  test('may be another one for one command', async () => {
    await push('other')
    const open = write('open.json', '{"default":[{"type":"insecureAcceptAnything"}]}')
    policy({}, {}, { type: 'reject' })
    await refused('other')
    await box.ok('pull', '--quiet', '--tls-verify=false', '--signature-policy', open, name('other'))
    await box.ok('image', 'copy', '--insecure-policy', `docker://${name('other')}`, `dir:${box.file('insecure')}`)
    expect(await box.fails(125, 'pull', '--signature-policy', box.file('none.json'), name('other'))).toContain(
      'there is no signature policy'
    )
  })

  test('that cannot be understood lets nothing in', async () => {
    await push('unclear')
    write(policyFile, '{"default":[{"type":"reject"}],"default":[{"type":"insecureAcceptAnything"}]}')
    expect(await refused('unclear')).toContain('the member "default" is there twice')
    policy({ [box.registry]: [{ type: 'signedBy', keyType: 'GPGKeys', keypath: keys.alice }] })
    expect(await refused('unclear')).toContain('keypath is not known')
  })

  test('holds for archives and directories', async () => {
    const archive = box.file('busybox.tar')
    await box.ok('save', '--quiet', '-o', archive, box.image)
    policy({}, { 'docker-archive': { '': [{ type: 'reject' }] }, dir: { [box.file('signed')]: signedBy(keys.alice) } })
    expect(await box.fails(125, 'load', '--quiet', '-i', archive)).toContain(
      'transports.docker-archive[""]: it refuses every image'
    )
    await box.ok('push', '--quiet', box.image, `dir:${box.file('signed')}`)
    expect(await box.fails(125, 'pull', `dir:${box.file('signed')}`)).toContain('no signature was found')
  })
})

describe('signatures of GnuPG', () => {
  test('are made and accepted, by us and by skopeo', async () => {
    await push('simple', '--sign-by', 'alice@example.org')
    policy({ [name('simple')]: signedBy(keys.alice) }, {}, { type: 'reject' })
    await pull('simple')
    const copied = skopeo('copy', `docker://${name('simple')}`, `dir:${box.file('by-skopeo')}`)
    expect(copied.stderr).not.toContain('fatal')
    expect(copied.status).toBe(0)
    policy({ [name('simple')]: signedBy(keys.bob) })
    expect(await refused('simple')).toContain('a signature was made by a key that is not trusted')
  })

  test('that skopeo made are accepted', async () => {
    const source = `docker://${box.registry}/${repositories.busybox}:latest`
    const { status, stderr } = skopeo('copy', '--sign-by', 'bob@example.org', source, `docker://${name('skopeo')}`)
    expect(stderr).not.toContain('fatal')
    expect(status).toBe(0)
    policy({ [name('skopeo')]: signedBy(keys.bob) })
    await pull('skopeo')
    const fixed = { type: 'exactReference', dockerReference: 'quay.io/example/app:1' }
    const directory = `dir:${box.file('signed-by-skopeo')}`
    mkdirSync(box.file('signed-by-skopeo'))
    skopeo('copy', '--sign-by', 'bob@example.org', '--sign-identity', fixed.dockerReference, source, directory)
    policy({}, { dir: { '': signedBy(keys.bob, fixed) } })
    await box.ok('pull', '--quiet', directory)
    policy({}, { dir: { '': signedBy(keys.bob, { ...fixed, dockerReference: 'quay.io/example/app:2' }) } })
    expect(await box.fails(125, 'pull', '--quiet', directory)).toContain(
      'it is for quay.io/example/app:1, not for quay.io/example/app:2'
    )
  })

  test('go with a copy', async () => {
    await push('first', '--sign-by', 'alice@example.org')
    policy({ [box.registry]: signedBy(keys.alice, { type: 'exactReference', dockerReference: name('first') }) })
    await box.ok('image', 'copy', `docker://${name('first')}`, `docker://${name('second')}`)
    await pull('second')
    await box.ok('image', 'copy', '--remove-signatures', `docker://${name('first')}`, `docker://${name('third')}`)
    expect(await refused('third')).toContain('no signature was found')
  })

  test('are where another registries.d says', async () => {
    const directory = box.file('other.d')
    write('other.d/a.yaml', JSON.stringify({ 'default-docker': { lookaside: `file://${box.file('other')}` } }))
    const copy = (to: string, ...flags: readonly string[]) =>
      box.run(['image', 'copy', '--registries.d', directory, ...flags, `docker://${box.image}`, `docker://${name(to)}`])
    expect(await copy('elsewhere', '--sign-by', 'alice@example.org')).toMatchObject({ exitCode: 0 })
    expect(readdirSync(box.file('other/trust'))).toEqual([expect.stringMatching(/^elsewhere@sha256=/)])
    policy({ [name('elsewhere')]: signedBy(keys.alice) })
    expect(await refused('elsewhere')).toContain('no signature was found')
    const target = `dir:${box.file('from-elsewhere')}`
    await box.ok('image', 'copy', '--registries.d', directory, `docker://${name('elsewhere')}`, target)
  })

  test('are made for what is at a registry already', async () => {
    await push('later')
    policy({ [name('later')]: signedBy(keys.alice) })
    expect(await refused('later')).toContain('no signature was found')
    await box.ok('image', 'sign', '--tls-verify=false', '--sign-by', 'alice@example.org', `docker://${name('later')}`)
    await pull('later')
    const directory = box.file('elsewhere')
    await box.ok('image', 'sign', '--tls-verify=false', '--sign-by', 'bob@example.org', '-d', directory, name('later'))
    expect(
      readdirSync(directory, { recursive: true }).filter((entry) => String(entry).endsWith('/signature-1'))
    ).toHaveLength(1)
  })

  test('of a manifest in a file are those of skopeo', async () => {
    const manifest = write('manifest.json', '{"schemaVersion":2}')
    const fingerprint = /^fpr:+([0-9A-F]+):$/m.exec(
      gpg('--with-colons', '--list-keys', 'alice@example.org').toString()
    )![1]!
    await box.ok('image', 'standalone-sign', manifest, 'quay.io/a/b:1', fingerprint, '-o', box.file('ours.sig'))
    expect(skopeo('standalone-verify', manifest, 'quay.io/a/b:1', fingerprint, box.file('ours.sig')).stdout).toContain(
      'Signature verified'
    )
    skopeo('standalone-sign', manifest, 'quay.io/a/b:1', fingerprint, '-o', box.file('theirs.sig'))
    const verify = (reference: string, key: string) => [
      'image',
      'standalone-verify',
      manifest,
      reference,
      key,
      box.file('theirs.sig')
    ]
    expect(await box.ok(...verify('quay.io/a/b:1', fingerprint))).toMatch(
      new RegExp(`^Signature verified using fingerprint ${fingerprint}, digest sha256:[0-9a-f]{64}$`)
    )
    expect(await box.ok(...verify('quay.io/a/b:1', 'any'), '--public-key-file', keys.alice)).toContain(
      'Signature verified'
    )
    await box.fails(125, ...verify('quay.io/a/b:1', 'any'), '--public-key-file', keys.bob)
    await box.fails(125, ...verify('quay.io/a/b:2', fingerprint))
    await box.fails(125, ...verify('quay.io/a/b:1', 'A'.repeat(40)))
  })
})

describe('sigstore signatures', () => {
  const sign = [
    '--sign-by-sigstore-private-key',
    box.file('key.private'),
    '--sign-passphrase-file',
    box.file('passphrase')
  ]

  test('are kept in the registry, and accepted', async () => {
    await push('sigstore', ...sign)
    policy({ [name('sigstore')]: sigstoreSigned(box.file('key.pub')) })
    await pull('sigstore')
    const tags = (await (await fetch(`http://${box.registry}/v2/trust/sigstore/tags/list`)).json()) as {
      tags: string[]
    }
    expect(tags.tags.toSorted()).toEqual(['1', expect.stringMatching(/^sha256-[0-9a-f]{64}\.sig$/)])
    policy({ [name('sigstore')]: sigstoreSigned(box.file('other.pub')) })
    expect(await refused('sigstore')).toContain('a signature was made by a key that is not trusted')
  })

  test('are added to those that are there', async () => {
    await push('twice', ...sign)
    const parameters = write(
      'sign.yaml',
      `privateKeyFile: ${box.file('other.private')}\nprivateKeyPassphraseFile: ${box.file('passphrase')}\n`
    )
    await push('twice', '--sign-by-sigstore', parameters)
    for (const key of ['key.pub', 'other.pub']) {
      policy({ [name('twice')]: sigstoreSigned(box.file(key)) })
      await pull('twice')
    }
  })

  test('do not count for another image or another name', async () => {
    await push('mine', ...sign)
    policy({ [`${box.registry}/trust`]: sigstoreSigned(box.file('key.pub')) })
    await box.ok('image', 'copy', `docker://${name('mine')}`, `docker://${name('stolen')}`)
    expect(await refused('stolen')).toContain(`it is for ${name('mine')}, not for ${name('stolen')}`)
  })

  test('are not made with a wrong passphrase, or without a key of one’s own', async () => {
    write('wrong', 'wrong\n')
    const wrong = [
      '--sign-by-sigstore-private-key',
      box.file('key.private'),
      '--sign-passphrase-file',
      box.file('wrong')
    ]
    const fails = (...flags: readonly string[]) =>
      box.fails(125, 'push', '--quiet', '--tls-verify=false', ...flags, box.image, name('unsigned'))
    expect(await fails(...wrong)).toContain('the passphrase of')
    const keyless = write(
      'keyless.yaml',
      'fulcio:\n  fulcioURL: https://fulcio.example\nrekorURL: https://rekor.example\n'
    )
    expect(await fails('--sign-by-sigstore', keyless)).toContain('is not supported')
    expect(await fails('--sign-by-sq-fingerprint', 'ABCD')).toContain('Sequoia')
    expect(await fails('--sign-passphrase-file', box.file('wrong'))).toContain('needs --sign-by')
  })
})

describe('image trust', () => {
  test('changes the policy and shows it', async () => {
    await box.ok('image', 'trust', 'set', '--type', 'reject', 'default')
    await box.ok('image', 'trust', 'set', '-f', keys.alice, '-f', keys.bob, 'quay.io/team')
    await box.ok('image', 'trust', 'set', '-t', 'sigstoreSigned', '-f', box.file('key.pub'), '*.example.com')
    expect(await box.ok('image', 'trust', 'show')).toMatch(
      /^TRANSPORT +NAME +TYPE +ID +STORE *\nall +default +reject *\nrepository +\*\.example\.com +sigstoreSigned +N\/A *\nrepository +quay\.io\/team +signed +alice@example\.org *\nrepository +quay\.io\/team +signed +bob@example\.org *$/
    )
    expect(JSON.parse(await box.ok('image', 'trust', 'show', '--json', 'quay.io'))).toMatchObject([
      { transport: 'all', name: '* (default)', repo_name: 'default', type: 'reject' },
      { transport: 'repository', name: 'quay.io/team', type: 'signed', gpg_id: 'alice@example.org' },
      { gpg_id: 'bob@example.org' }
    ])
    expect(await box.ok('image', 'trust', 'show', '--raw')).toBe(readFileSync(box.file(policyFile), 'utf8').trimEnd())
    expect(await box.fails(125, 'image', 'trust', 'set', 'quay.io')).toContain(
      "at least one public key must be defined for type 'signedBy'"
    )
    expect(await box.fails(125, 'image', 'trust', 'set', '-t', 'other', 'quay.io')).toContain('invalid choice: other')
    expect(await box.fails(125, 'image', 'trust')).toContain("missing command 'runcible image trust COMMAND'")
  })
})
