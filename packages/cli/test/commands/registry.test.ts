import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FoundRepository } from '@runcible/interface'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeEngine, fakeEngine } from '../support/fake-engine.ts'
import { runCli } from '../support/run-cli.ts'

const found = (name: string, more: Partial<FoundRepository> = {}): FoundRepository => ({
  registry: 'quay.io',
  name: `quay.io/${name}`,
  description: '',
  stars: 0,
  official: false,
  automated: false,
  ...more
})

let engine: FakeEngine
let directory: string
let file: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'login-'))
  file = join(directory, 'auth.json')
  engine = fakeEngine({
    registries: {
      users: { 'reg.test': { username: 'ann', password: 'pw' }, 'docker.io': { username: 'ann', password: 'pw' } },
      found: [
        found('a/app', { description: `A line\nand ${'more '.repeat(10)}`, stars: 5, official: true }),
        found('b/app', { automated: true })
      ],
      tags: { 'quay.io/a/app': ['1', '2', '3'], 'docker-archive:/x.tar': ['docker.io/library/x:1'] }
    }
  })
})
afterEach(() => rmSync(directory, { recursive: true }))

const run = (line: string, stdin = '') => runCli(line.split(' '), { engine, stdin })

describe('login and logout', () => {
  it('say what Podman says', async () => {
    expect(await run('login --get-login reg.test')).toMatchObject({
      code: 125,
      stderr: 'Error: not logged into reg.test\n'
    })
    expect(await run('login -u ann -p no reg.test')).toMatchObject({
      code: 125,
      stderr: 'Error: logging into "reg.test": invalid username/password\n'
    })
    expect(await run('login -u ann --password-stdin https://reg.test/', 'pw\n')).toMatchObject({
      code: 0,
      stdout: 'Login Succeeded!\n'
    })
    expect(await run('login --get-login reg.test')).toMatchObject({ code: 0, stdout: 'ann\n' })
    expect(await run('login reg.test')).toMatchObject({
      code: 0,
      stdout:
        'Authenticating with existing credentials for reg.test\nExisting credentials are valid. Already logged in to reg.test\n'
    })
    expect(await run('logout reg.test')).toMatchObject({
      code: 0,
      stdout: 'Removed login credentials for reg.test\n'
    })
    expect(await run('logout reg.test')).toMatchObject({ code: 125, stderr: 'Error: not logged into reg.test\n' })
    expect(await run('logout -a')).toMatchObject({ code: 0, stdout: 'Removed login credentials for all registries\n' })
  })

  it('use the first registry that is searched, and the file that is named', async () => {
    expect(await run(`login -v -u ann -p pw --authfile ${file}`)).toMatchObject({
      code: 0,
      stdout: `Used:  ${file}\nLogin Succeeded!\n`
    })
    expect(await engine.registries.user('docker.io', { authFile: file })).toBe('ann')
    expect(await run(`logout --authfile ${file}`)).toMatchObject({
      code: 125,
      stderr: `Error: --authfile ${file}: no such file\nHint: check the path\n`
    })
    writeFileSync(file, '{}')
    expect(await run(`logout --authfile ${file}`)).toMatchObject({
      code: 0,
      stdout: 'Removed login credentials for docker.io\n'
    })
  })

  it('ask for the name on any standard input, for the password only on a terminal', async () => {
    expect(await run('login reg.test', 'ann\n')).toMatchObject({
      code: 125,
      stdout: 'Username: ',
      stderr:
        'Error: there is no terminal to ask for it: Password\nHint: use --password-stdin and send it on the standard input\n'
    })
  })

  it('take the password from a secret, and the user from its name unless told', async () => {
    await engine.secrets.create({ name: 'ann', data: Buffer.from('pw\n') })
    await engine.secrets.create({ name: 'other', data: Buffer.from('pw') })
    expect(await run('login --secret ann reg.test')).toMatchObject({ code: 0, stdout: 'Login Succeeded!\n' })
    expect(await run('login --secret other reg.test')).toMatchObject({ code: 125 })
    expect(await run('login -u ann --secret other reg.test')).toMatchObject({ code: 0, stdout: 'Login Succeeded!\n' })
  })

  it.each([
    ['login --password-stdin reg.test', 'Must provide --username with --password-stdin'],
    ['login -u a -p b --password-stdin reg.test', "Can't specify both --password-stdin and --password"],
    ['login --secret x reg.test', 'no secret with name or id "x"'],
    ['login --secret x -p y reg.test', '--secret excludes --password'],
    ['login --authfile a --compat-auth-file b reg.test', 'exclude each other'],
    ['login a b', 'takes at most 1 argument'],
    ['logout --all reg.test', '--all takes no arguments']
  ])('%s', async (line, message) => {
    expect(await run(line)).toMatchObject({ code: 125, stderr: expect.stringContaining(message) })
  })
})

describe('search', () => {
  it('prints names and short descriptions', async () => {
    expect((await run('search app')).stdout).toBe(
      [
        'NAME           DESCRIPTION',
        'quay.io/a/app  A line and more more more more more more mor...',
        'quay.io/b/app  ',
        ''
      ].join('\n')
    )
    expect((await run('search --compatible --filter is-official --no-trunc app')).stdout).toContain('5           [OK]')
    expect((await run('search --limit 1 app --format {{.Name}}/{{.Stars}}')).stdout).toBe('quay.io/a/app/5\n')
    expect((await run('search --filter stars=6 app')).stdout).toBe('')
    expect((await run('search -f is-automated -f is-official=false --format {{.Name}} app')).stdout).toBe(
      'quay.io/b/app\n'
    )
  })

  it('prints JSON as Podman does', async () => {
    expect(JSON.parse((await run('search --limit 1 --no-trunc app --format json')).stdout)).toEqual([
      {
        Index: 'quay.io',
        Name: 'quay.io/a/app',
        Description: `A line and ${'more '.repeat(10)}`,
        Stars: 5,
        Official: '[OK]',
        Automated: '',
        Tag: ''
      }
    ])
  })

  it('lists tags', async () => {
    expect((await run('search --list-tags --limit 2 quay.io/a/app')).stdout).toBe(
      'NAME           TAG\nquay.io/a/app  1\nquay.io/a/app  2\n'
    )
    expect(JSON.parse((await run('search --list-tags --format json quay.io/a/app')).stdout)).toEqual([
      { Name: 'quay.io/a/app', Tags: ['1', '2', '3'] }
    ])
  })

  it.each([
    ['search --filter stars=x app', 'incorrect value type for stars filter'],
    ['search --filter color=red app', 'invalid filter type "color=red"'],
    ['search --filter stars=1 --list-tags app', 'filters are not applicable to list tags result'],
    ['search --limit -1 app', '--limit must not be negative'],
    ['search', 'requires at least 1 argument']
  ])('%s', async (line, message) => {
    expect(await run(line)).toMatchObject({ code: 125, stderr: expect.stringContaining(message) })
  })
})

describe('images at other places', () => {
  it('have tags', async () => {
    expect((await run('image list-tags docker-archive:/x.tar')).stdout).toBe(
      '{\n    "Tags": [\n        "docker.io/library/x:1"\n    ]\n}\n'
    )
    expect(await run('image list-tags docker://quay.io/none')).toMatchObject({ code: 125 })
    expect(await run('pull -q --all-tags quay.io/a/app:1')).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('has a tag or digest, which --all-tags excludes')
    })
  })

  it('flags for them are refused for an image that is here', async () => {
    expect(await run('image inspect --raw bb:1')).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('--raw is for an image that is not here')
    })
    expect(await run('image inspect docker://a docker://b')).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('docker://a is not here: inspect it alone')
    })
  })
})
