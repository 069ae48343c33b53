import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fakeArtifacts, type FakeArtifactRegistry } from '@runcible/fakes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fakeEngine } from '../support/fake-engine.ts'
import { runCli } from '../support/run-cli.ts'

describe('artifact', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'artifact-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  const file = (name: string, text = name): string => {
    writeFileSync(join(directory, name), text)
    return join(directory, name)
  }
  const made = () => {
    const registry: FakeArtifactRegistry = new Map()
    const artifacts = fakeArtifacts({ registry })
    return { registry, artifacts, engine: fakeEngine({ artifacts }) }
  }

  it('add prints the digest, ls a table, rm the digest again', async () => {
    const { engine, artifacts } = made()
    const name = 'example.com/art:1'
    const { stdout } = await runCli(
      ['artifact', 'add', '--type', 'a/b', '--annotation', 'k=v', name, file('one', 'a'.repeat(2000))],
      { engine }
    )
    const { digest, manifest } = await artifacts.get(name)
    const hex = digest.slice(7)
    expect(stdout).toBe(`${hex}\n`)
    expect(manifest).toMatchObject({ artifactType: 'a/b', layers: [{ annotations: { k: 'v' } }] })
    const table = (await runCli(['artifact', 'ls'], { engine })).stdout
    expect(table).toMatch(/^REPOSITORY +TAG +DIGEST +CREATED +SIZE\n/)
    expect(table).toContain(`example.com/art  1           ${hex.slice(0, 12)}  Less than a second ago  2kB\n`)
    expect(
      (await runCli(['artifact', 'ls', '-n', '--no-trunc', '--format', '{{.Digest}} {{.VirtualSize}}'], { engine }))
        .stdout
    ).toBe(`${hex} 2000\n`)
    expect((await runCli(['artifact', 'rm', hex.slice(0, 10)], { engine })).stdout).toBe(`${hex}\n`)
    expect(await runCli(['artifact', 'rm', name], { engine })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('artifact does not exist')
    })
    expect(await runCli(['artifact', 'rm', '-a'], { engine })).toMatchObject({ code: 0, stdout: '' })
  })

  it('inspect prints manifest, name and digest, or a template', async () => {
    const { engine, artifacts } = made()
    const { digest, manifest, name } = await artifacts.add('art', { files: [file('one')] })
    const { stdout } = await runCli(['artifact', 'inspect', 'art'], { engine })
    expect(stdout).toMatch(/^\{\n {5}"Manifest": \{\n {10}"schemaVersion": 2,/)
    expect(JSON.parse(stdout)).toEqual({ Manifest: manifest, Name: name, Digest: digest })
    const format = '{{.Digest}} {{.TotalSizeBytes}} {{.Artifact.Name}}'
    expect((await runCli(['artifact', 'inspect', '--format', format, 'art'], { engine })).stdout).toBe(
      `${digest} 3 ${name}\n`
    )
  })

  it('push, referrers and pull', async () => {
    const { engine, artifacts, registry } = made()
    await artifacts.add('about', { files: [file('one')] })
    expect((await runCli(['artifact', 'push', '-q', 'about', 'example.com/app:1'], { engine })).code).toBe(0)
    const sbom = await artifacts.add('sbom', { files: [file('two')], type: 'x/sbom', subject: 'example.com/app:1' })
    await artifacts.push('sbom', 'example.com/app:sbom')
    expect(registry.size).toBe(2)
    const table = (await runCli(['artifact', 'referrers', 'example.com/app:1'], { engine })).stdout
    expect(table).toMatch(/^DIGEST +TYPE +SIZE\n/)
    expect(table).toContain(`${sbom.digest}  x/sbom`)
    expect(
      (await runCli(['artifact', 'referrers', '-q', '--type', 'x/sbom', 'example.com/app:1'], { engine })).stdout
    ).toBe(`example.com/app@${sbom.digest}\n`)
    expect(
      (await runCli(['artifact', 'referrers', '-q', '--type', 'x/other', 'example.com/app:1'], { engine })).stdout
    ).toBe('')
    expect((await runCli(['artifact', 'pull', '-q', 'example.com/app:sbom'], { engine })).stdout).toBe(
      `${sbom.digest.slice(7)}\n`
    )
  })

  it('extract writes one file to a path, all into a directory', async () => {
    const { engine, artifacts } = made()
    const { manifest } = await artifacts.add('art', { files: [file('one', '1'), file('two', '2')] })
    const target = join(directory, 'target')
    const several = await runCli(['artifact', 'extract', 'art', target], { engine })
    expect([several.code, existsSync(target)]).toEqual([125, false])
    expect(several.stderr).toContain('has 2 files: choose one with --title or --digest')
    expect((await runCli(['artifact', 'extract', '--title', 'two', 'art', target], { engine })).code).toBe(0)
    expect(readFileSync(target, 'utf8')).toBe('2')
    const into = join(directory, 'into')
    mkdirSync(into)
    expect((await runCli(['artifact', 'extract', 'art', into], { engine })).code).toBe(0)
    expect(readdirSync(into).toSorted()).toEqual(['one', 'two'])
    const { digest } = manifest.layers[0]!
    expect((await runCli(['artifact', 'extract', '--digest', digest, 'art', into], { engine })).code).toBe(0)
    expect(readFileSync(join(into, digest.replace(':', '-')), 'utf8')).toBe('1')
    expect(await runCli(['artifact', 'extract', '--title', 'three', 'art', into], { engine })).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('it has "one", "two"')
    })
  })

  it.each(['../out', 'a/b', '..', '/etc/passwd', ''])('extract does not follow the title %j', async (title) => {
    const { engine, artifacts } = made()
    await artifacts.add('art', { files: [file('one')], annotations: { 'org.opencontainers.image.title': title } })
    const into = join(directory, 'into')
    mkdirSync(into)
    const { code, stderr } = await runCli(['artifact', 'extract', 'art', into], { engine })
    expect(code).toBe(125)
    expect(stderr).toContain('which is no file name')
    expect(readdirSync(into)).toEqual([])
    expect(existsSync(join(directory, 'out'))).toBe(false)
  })

  it.each([
    [['add', '--append', '--type', 'a/b', 'art', 'file'], '--append excludes --type'],
    [['extract', '--title', 'a', '--digest', 'b', 'art', 'x'], '--title excludes --digest'],
    [['rm'], 'name an artifact, or give --all'],
    [['pull', '--decryption-key', 'k', 'art'], 'encrypted artifacts (--decryption-key) are not supported']
  ])('refuses %j', async (line, message) => {
    const { code, stderr } = await runCli(['artifact', ...line], { engine: made().engine })
    expect(code).toBe(125)
    expect(stderr).toContain(message)
  })
})
