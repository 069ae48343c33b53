import { describe, expect, it } from 'vitest'
import { fakeEngine } from '../../support/fake-engine.ts'
import { runCli } from '../../support/run-cli.ts'
import { container, containerConfig, id } from '../../support/values.ts'

const make = (): ReturnType<typeof fakeEngine> =>
  fakeEngine({
    containers: [
      container(),
      container({ id: id('b'), name: 'c2', status: 'exited', exit: { code: 3, at: 0, oomKilled: false } }),
      container({ id: id('d'), name: 'c3', status: 'paused' })
    ]
  })

describe('commands on containers', () => {
  it.each([
    ['stop -t 0 c1', 'c1\n', ['stop c1 0']],
    ['stop --timeout=3 c1', 'c1\n', ['stop c1 3']],
    ['stop -a', `${id('a')}\n${id('d')}\n`, ['stop c1 default', 'stop c3 default']],
    ['stop -i nope', '', []],
    ['restart -t 1 c1 c2', 'c1\nc2\n', ['restart c1 1', 'restart c2 1']],
    ['restart --running', `${id('a')}\n`, ['restart c1 default']],
    ['kill c1', 'c1\n', ['kill c1 SIGKILL']],
    ['kill -s term c1', 'c1\n', ['kill c1 SIGTERM']],
    ['pause c1', 'c1\n', ['pause c1']],
    ['unpause --all', `${id('d')}\n`, ['unpause c3']],
    ['rm c2', 'c2\n', ['remove c2']],
    ['rm -fv c1', 'c1\n', ['remove c1 force volumes']],
    ['rm -f nope c2', 'c2\n', ['remove c2 force']],
    ['rm -af', `${id('a')}\n${id('b')}\n${id('d')}\n`, ['remove c1 force', 'remove c2 force', 'remove c3 force']],
    ['container rm -i nope', '', []],
    ['start c2', 'c2\n', ['start c2']],
    ['wait c2 c2', '3\n3\n', ['wait c2 stopped', 'wait c2 stopped']],
    ['wait --ignore nope', '-1\n', []],
    ['wait --exit-first-match c2 c2', '3\n', ['wait c2 stopped', 'wait c2 stopped']],
    ['container exists --external c2', '', []],
    ['wait --condition=running,exited c2', '3\n', ['wait c2 running', 'wait c2 exited']],
    ['container cleanup c2', '', ['cleanup c2']],
    ['container cleanup nope', '', []],
    ['container prune -f', `${id('b')}\n`, []],
    ['rename c1 other', '', []],
    [
      'update -m 64m --cpus 2 --restart on-failure:3 -e A=1 --unsetenv B --ulimit nofile=5 c1',
      `${id('a')}\n`,
      [
        'update c1 {"resources":{"memory":67108864,"cpus":2},"restart":{"name":"on-failure","maximumRetryCount":3},"env":{"A":"1"},"unsetEnv":["B"],"ulimits":[{"name":"nofile","soft":5,"hard":5}]}'
      ]
    ],
    ['container exists c1', '', []],
    ['top c1', 'USER        PID         COMMAND\nroot        1           sleep\\x09100\n', []]
  ])('%s', async (line, stdout, calls) => {
    const engine = make()
    expect(await runCli(line.split(' '), { engine })).toMatchObject({ code: 0, stdout, stderr: '' })
    expect(engine.calls).toEqual(calls)
  })

  it.each([
    ['rm nope', 1, 'Error: no container with name or id "nope" found\n'],
    ['rm c1', 2, 'Error: container c1 is running\n'],
    ['kill c2', 125, 'Error: container c2 is exited\n'],
    ['stop nope', 125, 'Error: no container with name or id "nope" found\n'],
    ['container exists nope', 1, ''],
    ['stop', 125, 'Error: you must provide at least one name or id\n'],
    ['stop -a c1', 125, 'Error: choose containers by name, or by one of --all, --latest and --filter\n'],
    ['update c1', 125, 'Error: nothing to change: give at least one limit or setting\n'],
    ['update -m 1m nope', 125, 'Error: no container with name or id "nope" found\n'],
    ['update -m 1m', 125, 'Error: takes exactly one container, got 0\n'],
    ['rename c1', 125, 'Error: requires at least 2 arguments, got 1\n'],
    ['kill -s FOO c1', 125, 'Error: invalid value for --signal: "FOO" is not a signal\n'],
    [
      'wait --condition=x c1',
      125,
      'Error: invalid value for --condition: "x" is none of exited, stopped, running, created, paused, removed, next-exit\n'
    ],
    ['top c1 pid', 125, 'Error: choosing columns ("pid") is not supported; the columns are fixed\n'],
    ['attach c2', 125, 'Error: container c2 is exited: only a running one can be attached to\n']
  ])('%s fails', async (line, code, stderr) => {
    expect(await runCli(line.split(' '), { engine: make() })).toMatchObject({ code, stdout: '', stderr })
  })

  it('does the rest when one fails', async () => {
    expect(await runCli(['rm', 'nope', 'c2'], { engine: make() })).toMatchObject({ code: 1, stdout: 'c2\n' })
  })

  it('starts attached with the exit code of the container', async () => {
    const engine = fakeEngine({
      containers: [container({ status: 'created' })],
      program: async ({ stdout }) => (stdout.write('out'), 4)
    })
    expect(await runCli(['start', '-a', 'c1'], { engine })).toMatchObject({ code: 4, stdout: 'out' })
    expect(engine.calls).toEqual(['start c1 attended attached', 'wait c1 default', 'cleanup c1', 'leave'])
  })

  it('connects to a running container, and leaves its clean-up to others', async () => {
    const engine = fakeEngine({
      containers: [container({ config: containerConfig({ stdin: true }) })],
      program: async ({ stdin, stdout }) => {
        for await (const chunk of stdin) stdout.write(chunk)
        return 0
      }
    })
    expect(await runCli(['attach', 'c1'], { engine, stdin: 'typed' })).toMatchObject({ code: 0, stdout: 'typed' })
    expect(engine.calls).not.toContain('cleanup c1')
  })

  it('prints ports', async () => {
    const config = containerConfig({
      ports: [
        { hostPort: 81, containerPort: 91, protocol: 'tcp', range: 2 },
        { hostIp: '127.0.0.1', hostPort: 53, containerPort: 53, protocol: 'udp', range: 1 }
      ]
    })
    const engine = fakeEngine({ containers: [container({ config })] })
    const port = async (...argv: readonly string[]): Promise<string> =>
      (await runCli(['port', ...argv], { engine })).stdout
    expect(await port('c1')).toBe('91/tcp -> 0.0.0.0:81\n92/tcp -> 0.0.0.0:82\n53/udp -> 127.0.0.1:53\n')
    expect(await port('c1', '92')).toBe('0.0.0.0:82\n')
    expect(await port('c1', '53/udp')).toBe('127.0.0.1:53\n')
    expect(await port('-a')).toContain('aaaaaaaaaaaa\t91/tcp -> 0.0.0.0:81\n')
    expect(await runCli(['port', 'c1', '99'], { engine })).toMatchObject({
      code: 125,
      stderr: 'Error: failed to find published port "99"\n'
    })
  })
})
