import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TrustEntry } from '@runcible/interface'
import { fakeEngine } from '../../support/fake-engine.ts'
import { runCli } from '../../support/run-cli.ts'
import { digest } from '../../support/values.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'trust-'))
})
afterEach(() => rmSync(home, { recursive: true }))
const file = (name: string, content?: string): string => {
  const path = join(home, name)
  if (content !== undefined) writeFileSync(path, content)
  return path
}

const entries: readonly TrustEntry[] = [
  { scope: '', type: 'reject', keyOwners: [], store: 'file:///tmp/default' },
  { transport: 'dir', scope: '', type: 'accept', keyOwners: [], store: 'file:///tmp/default' },
  { transport: 'docker', scope: 'docker.io', type: 'sigstoreSigned', keyOwners: [], store: '' },
  {
    transport: 'docker',
    scope: 'quay.io/x',
    type: 'signedBy',
    keyOwners: ['a@b.c', 'd@e.f'],
    store: 'https://quay.example/sigs'
  }
]
const engine = fakeEngine({ trust: { show: async () => entries } })

describe('image trust show', () => {
  const show = async (...argv: readonly string[]) =>
    (await runCli(['image', 'trust', 'show', ...argv], { engine })).stdout

  it('prints the table that Podman prints', async () => {
    const lines = [
      'TRANSPORT   NAME        TYPE            ID            STORE',
      'all         default     reject                        file:///tmp/default',
      'dir                     accept                        file:///tmp/default',
      'repository  docker.io   sigstoreSigned  N/A           ',
      'repository  quay.io/x   signed          a@b.c, d@e.f  https://quay.example/sigs',
      ''
    ]
    expect(await show()).toBe(lines.join('\n'))
    expect(await show('--noheading')).toBe(lines.slice(1).join('\n'))
    expect((await show('-n', 'quay.io')).match(/^\w+/gm)).toEqual(['all', 'repository'])
  })

  it('prints the JSON that Podman prints', async () => {
    expect(JSON.parse(await show('--json'))).toEqual([
      { transport: 'all', name: '* (default)', repo_name: 'default', sigstore: 'file:///tmp/default', type: 'reject' },
      { transport: 'dir', sigstore: 'file:///tmp/default', type: 'accept' },
      { transport: 'repository', name: 'docker.io', repo_name: 'docker.io', type: 'sigstoreSigned', gpg_id: 'N/A' },
      {
        transport: 'repository',
        name: 'quay.io/x',
        repo_name: 'quay.io/x',
        sigstore: 'https://quay.example/sigs',
        type: 'signed',
        gpg_id: 'a@b.c, d@e.f'
      }
    ])
  })

  it('prints the file as it is', async () => {
    expect(await show('--raw')).toBe('{"default":[{"type":"reject"}]}\n')
  })
})

describe('image trust set', () => {
  it('hands on what is wanted', async () => {
    const engine = fakeEngine()
    await runCli(['image', 'trust', 'set', '-f', '/a,/b', 'quay.io'], { engine })
    await runCli(['image', 'trust', 'set', '--type', 'reject', '--policypath', '/p.json', 'default'], { engine })
    expect(engine.calls).toEqual([
      'trust {"scope":"quay.io","type":"signedBy","keyFiles":["/a","/b"]}',
      'trust {"scope":"default","type":"reject","keyFiles":[],"policyFile":"/p.json"}'
    ])
    expect((await runCli(['image', 'trust', 'set', '-t', 'foo', 'a'], { engine })).stderr).toContain(
      "invalid choice: foo (choose from 'accept', 'reject', 'signedBy', 'sigstoreSigned')"
    )
  })
})

describe('image trust', () => {
  it('lists its commands', async () => {
    const { code, stdout } = await runCli(['image', 'trust', '--help'])
    expect([code, stdout]).toEqual([0, expect.stringMatching(/Usage: runcible image trust COMMAND[\s\S]*\n {2}set /)])
    expect((await runCli(['image', 'trust'])).code).toBe(125)
    expect((await runCli(['image', 'trust', 'other'])).stderr).toContain('unknown command "image trust other"')
    expect((await runCli(['image', 'other', 'more'])).stderr).toContain('unknown command "image other"')
  })
})

describe('signatures', () => {
  it('of an image at a registry', async () => {
    const engine = fakeEngine()
    await runCli(['image', 'sign', '--sign-by', 'a@b.c', '-a', '-d', '/sigs', 'docker://quay.io/x:1', 'y'], { engine })
    expect(engine.calls).toEqual([
      'sign docker://quay.io/x:1 {"signBy":"a@b.c","all":true,"directory":"/sigs"}',
      'sign y {"signBy":"a@b.c","all":true,"directory":"/sigs"}'
    ])
    expect((await runCli(['image', 'sign', 'x'], { engine })).stderr).toContain('--sign-by is required')
  })

  it('of a manifest in a file', async () => {
    const engine = fakeEngine()
    const [manifest, output] = [file('manifest', '{}'), file('signature')]
    await runCli(['image', 'standalone-sign', manifest, 'quay.io/x:1', 'ABCD', '-o', output], { engine })
    expect(readFileSync(output, 'utf8')).toBe('signature')
    const verified = await runCli(['image', 'standalone-verify', manifest, 'quay.io/x:1', 'ABCD', output], { engine })
    expect(verified.stdout).toBe(`Signature verified using fingerprint ABCD, digest ${digest('2')}\n`)
    expect(engine.calls).toEqual([
      'sign 2 bytes {"reference":"quay.io/x:1","signBy":"ABCD"}',
      'verify 2 bytes by 9 bytes {"reference":"quay.io/x:1","fingerprint":"ABCD"}'
    ])
    const dumped = await runCli(['image', 'untrusted-signature-dump-without-verification', output], { engine })
    expect(JSON.parse(dumped.stdout)).toEqual({
      UntrustedDockerManifestDigest: digest('2'),
      UntrustedDockerReference: 'a/b:1',
      UntrustedCreatorID: null,
      UntrustedTimestamp: '2023-11-14T22:13:20Z',
      UntrustedShortKeyIdentifier: 'ABCD'
    })
    expect((await runCli(['image', 'standalone-sign', manifest, 'x', 'A'], { engine })).stderr).toContain(
      '--output is required'
    )
    expect((await runCli(['image', 'standalone-verify', '/no', 'x', 'A', output], { engine })).stderr).toContain(
      'cannot read /no: ENOENT'
    )
  })

  it('need a key, which overwrites nothing', async () => {
    const engine = fakeEngine()
    const argv = [
      'image',
      'generate-sigstore-key',
      '--output-prefix',
      file('k'),
      '--passphrase-file',
      file('p', 'word\nother')
    ]
    expect((await runCli(argv, { engine })).stdout).toBe(
      `Key written to "${file('k.private')}" and "${file('k.pub')}"\n`
    )
    expect(engine.calls).toEqual(['generate a key for word'])
    expect(statSync(file('k.private')).mode & 0o777).toBe(0o600)
    expect(readFileSync(file('k.pub'), 'utf8')).toBe('public')
    expect((await runCli(argv, { engine })).stderr).toContain(`refusing to overwrite existing "${file('k.pub')}"`)
    const asked = await runCli(['image', 'generate-sigstore-key', '--output-prefix', file('l')], { engine })
    expect(asked.stderr).toContain('there is no terminal to ask for it')
    expect(existsSync(file('l.private'))).toBe(false)
  })
})
