import { describe, expect, it } from 'vitest'
import { statusText } from '../../../src/commands/container/ps-row.ts'
import { fakeEngine } from '../../support/fake-engine.ts'
import { runCli } from '../../support/run-cli.ts'
import { container, containerConfig, id } from '../../support/values.ts'

const now = Date.now()
const containers = [
  container({
    id: id('3'),
    createdAt: now - 3000,
    startedAt: now - 3000,
    config: containerConfig({
      labels: { c: 'd', a: 'b' },
      mounts: [{ type: 'volume', source: 'v1', target: '/vv', options: [] }],
      ports: [{ hostPort: 18_080, containerPort: 80, protocol: 'tcp', range: 1 }]
    })
  }),
  container({
    id: id('b'),
    name: 'c2',
    createdAt: now - 120_000,
    status: 'exited',
    pid: 0,
    startedAt: now - 119_000,
    exit: { code: 3, at: now - 60_000, oomKilled: false },
    config: containerConfig({
      args: ['sh', '-c', 'sleep 1000; echo a very long command'],
      command: ['sh', '-c', 'sleep 1000; echo a very long command']
    })
  }),
  container({ id: id('4'), name: 'c4', createdAt: now - 1000, status: 'created', pid: 0 })
]
const engine = fakeEngine({ containers })
const ps = async (...argv: readonly string[]): Promise<string> => (await runCli(['ps', ...argv], { engine })).stdout

describe('ps', () => {
  it('prints the table that Podman prints', async () => {
    expect(await ps('-a')).toBe(
      [
        'CONTAINER ID  IMAGE           COMMAND               CREATED        STATUS                         PORTS                  NAMES',
        'bbbbbbbbbbbb  localhost/bb:1  sh -c sleep 1000;...  2 minutes ago  Exited (3) About a minute ago                         c2',
        '333333333333  localhost/bb:1  sleep 100             3 seconds ago  Up 3 seconds                   0.0.0.0:18080->80/tcp  c1',
        '444444444444  localhost/bb:1  sleep 100             1 second ago   Created                                               c4',
        ''
      ].join('\n')
    )
    expect((await ps()).split('\n')).toHaveLength(3)
  })

  it('prints ids, whole or short', async () => {
    expect(await ps('-aq')).toBe('bbbbbbbbbbbb\n333333333333\n444444444444\n')
    expect(await ps('-q', '--no-trunc')).toBe(`${id('3')}\n`)
    expect(await ps('-l', '-q')).toBe('444444444444\n')
  })

  it('gives every field to a template', async () => {
    expect(
      await ps(
        '--format',
        '{{.ID}} {{.Names}} {{.Image}} {{.ImageID}} {{.Status}} {{.State}} {{.Ports}} {{.Command}} {{.RunningFor}} {{.Labels}} {{.Label "a"}} {{.Mounts}} {{.Networks}} {{.Pid}} {{.ExitCode}} {{.Exited}} {{.AutoRemove}} {{.IsInfra}}[{{.Size}}{{.Pod}}{{.PodName}}]'
      )
    ).toBe(
      '333333333333 c1 localhost/bb:1 999999999999 Up 3 seconds running 0.0.0.0:18080->80/tcp sleep 100 3 seconds ago map[a:b c:d] b /vv runcible 4711 0 false false false[]\n'
    )
    expect((await runCli(['ps', '--format', '{{.Nope}}'], { engine })).stderr).toContain("can't evaluate field Nope")
  })

  it('prints json with Podman’s names', async () => {
    const [first] = JSON.parse(await ps('--format', 'json')) as [Record<string, unknown>]
    expect(first).toMatchObject({
      Id: id('3'),
      Names: ['c1'],
      Image: 'localhost/bb:1',
      Command: ['sleep', '100'],
      State: 'running',
      Status: 'Up 3 seconds',
      Exited: false,
      ExitedAt: -62_135_596_800,
      Labels: { a: 'b', c: 'd' },
      Mounts: ['/vv'],
      Networks: ['runcible'],
      Pid: 4711,
      Created: Math.floor((now - 3000) / 1000),
      Size: null,
      Ports: [{ host_ip: '', container_port: 80, host_port: 18_080, range: 1, protocol: 'tcp' }]
    })
    expect(await runCli(['ps', '--format', 'json'], { engine: fakeEngine() })).toMatchObject({ stdout: '[]\n' })
  })

  it('adds sizes', async () => {
    expect(await ps('-s', '--format', '{{.Size}}')).toBe('12B (virtual 1.98MB)\n')
    expect((await ps('-s')).split('\n')[0]).toMatch(/NAMES +SIZE$/)
  })

  it('sorts', async () => {
    expect(await ps('-aq', '--sort', 'names')).toBe('333333333333\nbbbbbbbbbbbb\n444444444444\n')
    expect((await runCli(['ps', '--sort', 'x'])).stderr).toContain('invalid value for --sort: "x" is none of')
  })

  it('asks for what its flags say', async () => {
    const requests: unknown[] = []
    const listening = fakeEngine({
      containersOverride: { list: async (request) => (requests.push({ ...request, signal: undefined }), []) }
    })
    await runCli(['ps', '-f', 'label=a=b', '-f', 'label!=c', '--filter=status=exited', '-n', '2'], {
      engine: listening
    })
    expect(requests).toEqual([
      {
        signal: undefined,
        all: true,
        last: 2,
        filters: Object.assign(Object.create(null), { label: ['a=b'], 'label!': ['c'], status: ['exited'] })
      }
    ])
    expect((await runCli(['ps', '-f', 'x'])).stderr).toContain('invalid filter "x"')
  })
})

describe('statusText', () => {
  it('names every state', () => {
    const states = ['created', 'running', 'paused', 'stopping', 'stopped', 'exited', 'removing'] as const
    expect(
      states.map((status) =>
        statusText(
          container({ status, startedAt: now - 5000, exit: { code: 1, at: now - 1000, oomKilled: false } }),
          now
        )
      )
    ).toEqual([
      'Created',
      'Up 5 seconds',
      'Up 5 seconds (Paused)',
      'Up 5 seconds',
      'Exited (1) 1 second ago',
      'Exited (1) 1 second ago',
      'Removing'
    ])
  })
})
