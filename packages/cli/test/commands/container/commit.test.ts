import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { fakeEngine } from '../../support/fake-engine.ts'
import { runCli } from '../../support/run-cli.ts'
import { container, id } from '../../support/values.ts'

const directory = mkdtempSync(join(tmpdir(), 'runcible-cli-'))
afterAll(() => rmSync(directory, { recursive: true }))
const file = (name: string): string => join(directory, name)
const withOne = () => fakeEngine({ containers: [container()] })

describe('commit', () => {
  it('hands on what was said, and prints the id', async () => {
    const engine = withOne()
    writeFileSync(file('config.json'), '{"Cmd":["x"],"Unknown":1}')
    const flags = ['-q', '-a', 'me', '-m', 'msg', '-f', 'docker', '-c', 'CMD x', '-c', 'ENV=A=b', '-p', '-s']
    const more = ['--include-volumes', '--iidfile', file('id'), '--config', file('config.json')]
    const run = await runCli(['commit', ...flags, ...more, 'c1', 'mine:1'], { engine })
    expect(run).toMatchObject({ code: 0, stdout: `${id('9')}\n`, stderr: '' })
    expect(engine.calls).toEqual([
      `commit c1 ${JSON.stringify({
        author: 'me',
        message: 'msg',
        format: 'docker',
        changes: ['CMD x', 'ENV=A=b'],
        config: { Cmd: ['x'] },
        squash: true,
        pause: true,
        includeVolumes: true,
        name: 'mine:1'
      })}`
    ])
    expect(readFileSync(file('id'), 'utf8')).toBe(id('9'))
  })

  it('says what it does unless told not to', async () => {
    const engine = withOne()
    expect((await runCli(['container', 'commit', 'c1'], { engine })).stderr).toBe('Packing the changes of c1\n')
    expect(engine.calls).toEqual(['commit c1 {}'])
  })

  it.each([
    [['-m', 'x', 'c1'], 'messages are only compatible with the docker image format'],
    [['-f', 'tar', 'c1'], 'unrecognized image format "tar"'],
    [['--config', '/does/not/exist', 'c1'], '--config /does/not/exist'],
    [[], 'requires at least 1 argument'],
    [['a', 'b', 'c'], 'takes at most 2 arguments'],
    [['nope'], 'nope']
  ])('refuses %j', async (args, message) => {
    const run = await runCli(['commit', ...args], { engine: withOne() })
    expect(run.code).toBe(125)
    expect(run.stderr).toContain(message)
  })
})

describe('export', () => {
  it('writes to the standard output or a file', async () => {
    const engine = withOne()
    expect(await runCli(['export', 'c1'], { engine })).toMatchObject({ code: 0, stdout: 'an archive', stderr: '' })
    expect(await runCli(['export', '-o', file('a.tar'), 'c1'], { engine })).toMatchObject({ code: 0, stdout: '' })
    expect(readFileSync(file('a.tar'), 'utf8')).toBe('an archive')
  })

  it('makes no file when there is nothing to export, and tells where it cannot write', async () => {
    const engine = withOne()
    expect(await runCli(['export', '-o', file('b.tar'), 'nope'], { engine })).toMatchObject({ code: 125 })
    expect(() => readFileSync(file('b.tar'))).toThrow('ENOENT')
    const run = await runCli(['export', '-o', '/does/not/exist/x', 'c1'], { engine })
    expect(run).toMatchObject({ code: 125, stderr: expect.stringContaining('cannot write /does/not/exist/x') })
  })
})

describe('diff', () => {
  const lines = 'C /etc\nA /etc/new\nD /gone\n'

  it.each([
    ['diff c1', ['changes of container c1']],
    ['diff localhost/bb:1', ['changes of image localhost/bb:1']],
    ['diff c1 localhost/bb:1', ['changes of container c1 from localhost/bb:1']],
    ['container diff c1', ['changes of container c1']],
    ['diff --latest', ['changes of container c1']],
    ['container diff -l', ['changes of container c1']],
    ['image diff localhost/bb:1', ['changes of image localhost/bb:1']],
    ['image diff localhost/bb:1 c1', ['changes of image localhost/bb:1 from c1']]
  ])('%s', async (line, calls) => {
    const engine = withOne()
    expect(await runCli(line.split(' '), { engine })).toMatchObject({ code: 0, stdout: lines, stderr: '' })
    expect(engine.calls).toEqual(calls)
  })

  it('prints JSON', async () => {
    const run = await runCli(['diff', '--format', 'json', 'c1'], { engine: withOne() })
    expect(JSON.parse(run.stdout)).toEqual({ changed: ['/etc'], added: ['/etc/new'], deleted: ['/gone'] })
    expect(run.stdout).toMatch(/^\{\n {5}"changed": \[\n {10}"/)
  })

  it.each([
    [['diff', '--format', 'yaml', 'c1'], "only supported value for '--format' is 'json'"],
    [['diff'], 'requires at least 1 argument'],
    [['diff', '-l', 'c1'], '--latest and a name exclude each other'],
    [['container', 'diff', 'nope'], 'nope'],
    [['image', 'diff', 'nope'], 'nope']
  ])('refuses %j', async (args, message) => {
    const run = await runCli(args, { engine: withOne() })
    expect(run.code).toBe(125)
    expect(run.stderr).toContain(message)
  })
})
