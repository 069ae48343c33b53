import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fakeSecrets } from '@runcible/fakes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fakeEngine } from '../support/fake-engine.ts'
import { runCli } from '../support/run-cli.ts'

const id = /^[0-9a-f]{25}\n$/

let directory: string
let file: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'secret-'))
  file = join(directory, 'key')
  writeFileSync(file, 'data of a file')
})
afterAll(() => rmSync(directory, { recursive: true }))

const made = () => {
  const secrets = fakeSecrets()
  const engine = fakeEngine({ secrets })
  const cli = (line: string, options: object = {}) => runCli(line.split(' '), { engine, ...options })
  const text = async (name: string): Promise<string> => Buffer.from(await secrets.reveal(name)).toString()
  return { cli, text, secrets }
}

describe('secret create', () => {
  it('reads a file, the standard input or a variable', async () => {
    const { cli, text } = made()
    const created = await cli(`secret create one ${file}`)
    expect(created).toMatchObject({ code: 0, stderr: '' })
    expect(created.stdout).toMatch(id)
    await cli('secret create two -', { stdin: 'typed' })
    await cli('secret create --env three TOKEN', { env: { TOKEN: 'of a variable' } })
    expect(await Promise.all(['one', 'two', 'three'].map(text))).toEqual(['data of a file', 'typed', 'of a variable'])
  })

  it('replaces or keeps, when told to', async () => {
    const { cli, text } = made()
    await cli('secret create one -', { stdin: 'first' })
    expect(await cli('secret create one -', { stdin: 'x' })).toMatchObject({ code: 125, stdout: '' })
    await cli('secret create --ignore one -', { stdin: 'x' })
    expect(await text('one')).toBe('first')
    await cli('secret create --replace one -', { stdin: 'second' })
    expect(await text('one')).toBe('second')
  })

  it.each([
    ['secret create one', 'Error: requires at least 2 arguments, got 1\n'],
    ['secret create one /no/such/file', 'Error: secret file /no/such/file: no such file\n'],
    ['secret create --env one NOPE', 'Error: environment variable NOPE is not set\n'],
    ['secret create --ignore --replace one -', 'Error: --ignore and --replace exclude each other\n']
  ])('%s', async (line, stderr) => {
    expect(await made().cli(line)).toMatchObject({ code: 125, stderr: expect.stringContaining(stderr) })
  })
})

describe('secrets', () => {
  const two = async () => {
    const all = made()
    await all.secrets.create({ name: 'one', data: Buffer.from('hidden-data'), labels: { a: 'b' } })
    await all.secrets.create({ name: 'two', data: Buffer.from('x') })
    return all
  }

  it('are listed', async () => {
    const { cli } = await two()
    expect((await cli('secret ls --format {{.Name}}')).stdout).toBe('one\ntwo\n')
    expect((await cli('secret ls -f name=tw --format {{.Name}}-{{.Driver}}')).stdout).toBe('two-file\n')
    expect((await cli('secret ls')).stdout).toMatch(/^ID +NAME +DRIVER +CREATED +UPDATED\n[0-9a-f]{25} +one +file/)
    expect((await cli('secret ls -q')).stdout).toMatch(/^([0-9a-f]{25}\n){2}$/)
    expect(await cli('secret ls -f label=a')).toMatchObject({ code: 125 })
  })

  it('are inspected without what they hold, unless it is asked for', async () => {
    const { cli } = await two()
    const plain = await cli('secret inspect one')
    expect(JSON.parse(plain.stdout)).toMatchObject([
      { Spec: { Name: 'one', Driver: { Name: 'file', Options: {} }, Labels: { a: 'b' } } }
    ])
    const pretty = await cli('secret inspect --pretty one')
    expect(pretty.stdout).toMatch(/Name: +one\n[^]*Labels:\n - a=b\n$/)
    for (const { stdout } of [plain, pretty]) expect(stdout).not.toContain('hidden-data')
    expect((await cli('secret inspect --showsecret -f {{.SecretData}} one')).stdout).toBe('hidden-data\n')
    expect(await cli('secret inspect nope')).toMatchObject({ code: 125, stdout: '[]\n' })
  })

  it('are removed', async () => {
    const { cli } = await two()
    expect((await cli('secret exists one')).code).toBe(0)
    expect((await cli('secret rm one')).stdout).toMatch(id)
    expect((await cli('secret exists one')).code).toBe(1)
    expect((await cli('secret rm one')).code).not.toBe(0)
    expect(await cli('secret rm --ignore one')).toMatchObject({ code: 0, stdout: '' })
    expect((await cli('secret rm --all')).stdout).toMatch(id)
    expect((await cli('secret ls -q')).stdout).toBe('')
  })
})
