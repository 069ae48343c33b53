import { describe, expect, it } from 'vitest'
import { fakeEngine } from '../../support/fake-engine.ts'
import { runCli } from '../../support/run-cli.ts'
import { container, digest, id, image } from '../../support/values.ts'

const now = Date.now()
const engine = fakeEngine({
  containers: [container()],
  images: [
    image({ createdAt: now - 90_000, names: ['localhost/bb:1', 'localhost:5000/foo:2'] }),
    image({ id: id('8'), createdAt: now - 3 * 8.64e7, names: [], size: 370_000_000 })
  ]
})
const images = async (...argv: readonly string[]): Promise<string> =>
  (await runCli(['images', ...argv], { engine })).stdout

describe('images', () => {
  it('prints the table that Podman prints', async () => {
    expect(await images()).toBe(
      [
        'REPOSITORY          TAG         IMAGE ID      CREATED             SIZE',
        'localhost/bb        1           999999999999  About a minute ago  2 MB',
        'localhost:5000/foo  2           999999999999  About a minute ago  2 MB',
        '<none>              <none>      888888888888  3 days ago          370 MB',
        ''
      ].join('\n')
    )
    expect((await images('--digests', '--no-trunc')).split('\n')[1]).toMatch(
      new RegExp(`^localhost/bb +1 +${digest('2')}  sha256:${id('9')}  `)
    )
  })

  it('prints each id once', async () => {
    expect(await images('-q')).toBe('999999999999\n888888888888\n')
  })

  it('gives fields to a template', async () => {
    expect(
      await images('--format', '{{.Repository}}:{{.Tag}} {{.ID}} {{.Size}} {{.CreatedSince}} {{.Labels}}')
    ).toContain('localhost/bb:1 999999999999 2 MB About a minute ago map[x:y]\n')
  })

  it('prints json with Podman’s names', async () => {
    expect(JSON.parse(await images('--format', 'json'))).toMatchObject([
      {
        Id: id('9'),
        Names: ['localhost/bb:1', 'localhost:5000/foo:2'],
        Size: 1_998_012,
        Containers: 1,
        Digest: digest('2'),
        Labels: { x: 'y' }
      },
      { Id: id('8'), Containers: 0 }
    ])
  })
})

describe('commands on images', () => {
  it('pull, with the id on the standard output', async () => {
    const pullProgress = [
      { type: 'message', text: 'Trying to pull bb:1...' },
      { type: 'blob', digest: digest('1'), kind: 'layer', phase: 'exists', current: 0, total: 5 },
      { type: 'blob', digest: digest('3'), kind: 'config', phase: 'done', current: 5, total: 5 }
    ] as const
    const pulling = fakeEngine({ pullProgress })
    const run = await runCli(
      ['pull', '--tls-verify=false', '--platform', 'linux/arm64', '--policy', 'missing', '--creds', 'a:b', 'bb:1'],
      { engine: pulling }
    )
    expect(run).toMatchObject({
      code: 0,
      stdout: `${id('9')}\n`,
      stderr: `Trying to pull bb:1...\nCopying blob ${digest('1')} skipped: already exists\nCopying config ${digest('3')} done\n`
    })
    expect(pulling.calls).toEqual([
      'pull bb:1 {"platform":{"os":"linux","architecture":"arm64"},"auth":{"username":"a","password":"b"},"tlsVerify":false,"policy":"missing"}'
    ])
    expect(await runCli(['pull', '-q', 'bb:1'], { engine: pulling })).toMatchObject({ stderr: '' })
    expect(await runCli(['pull', 'nope', 'bb:1'], { engine: pulling })).toMatchObject({
      code: 125,
      stdout: `${id('9')}\n`
    })
  })

  it.each([
    ['push bb:1 host/x:1', '', ['push bb:1 host/x:1 {}']],
    ['tag bb:1 a b', '', ['tag bb:1 a', 'tag bb:1 b']],
    ['untag bb:1', '', ['untag bb:1 all']],
    ['untag bb:1 x y', '', ['untag bb:1 x y']],
    ['rmi -f bb:1', `Untagged: localhost/bb:1\nDeleted: ${id('9')}\n`, ['rmi bb:1 force']],
    ['rmi -i nope', '', []],
    ['image exists localhost/bb:1', '', []]
  ])('%s', async (line, stdout, calls) => {
    const one = fakeEngine()
    expect(await runCli(line.split(' '), { engine: one })).toMatchObject({ code: 0, stdout, stderr: '' })
    expect(one.calls).toEqual(calls)
  })

  it('have Podman’s exit codes', async () => {
    expect(await runCli(['rmi', 'nope'], { engine })).toMatchObject({ code: 1 })
    expect(await runCli(['image', 'exists', 'nope'], { engine })).toMatchObject({ code: 1 })
    expect((await runCli(['rmi'])).stderr).toContain('name an image, or give --all')
    expect((await runCli(['tag', 'x'])).stderr).toContain('requires at least 2 arguments')
  })

  it('import an archive from the standard input', async () => {
    const importing = fakeEngine()
    const run = await runCli(['import', '-c', 'CMD=["sh"]', '-m', 'msg', '-', 'mine:1'], {
      engine: importing,
      stdin: 'x'.repeat(1000)
    })
    expect(run).toMatchObject({ code: 0, stdout: `sha256:${id('9')}\n` })
    expect(importing.calls).toEqual(['import 1000 {"name":"mine:1","message":"msg","changes":["CMD=[\\"sh\\"]"]}'])
    expect(await runCli(['import', '/does/not/exist'], { engine: importing })).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('cannot read /does/not/exist')
    })
  })
})
