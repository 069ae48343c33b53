import { EventEmitter } from 'node:events'
import { EngineError } from '@runcible/interface'
import { describe, expect, it } from 'vitest'
import { catalog, nouns } from '../src/catalog.ts'
import { fakeEngine } from './support/fake-engine.ts'
import { runCli } from './support/run-cli.ts'

describe('main', () => {
  it('prints the version without an engine', async () => {
    for (const flag of ['--version', '-v']) {
      expect(await runCli([flag])).toEqual({
        code: 0,
        stdout: 'runcible version 1.2.3\n',
        stderr: '',
        opened: undefined
      })
    }
  })

  it('prints help without an engine, for every spelling of every command', async () => {
    for (const name of catalog.flatMap((entry) => entry.names)) {
      const { code, stdout, opened } = await runCli([...name.split(' '), '--help'])
      expect(code, name).toBe(0)
      expect(stdout, name).toMatch(new RegExp(`^Usage: runcible ${name}`))
      expect(opened).toBeUndefined()
    }
  })

  it('lists every command in a help', async () => {
    const { stdout } = await runCli(['--help'])
    const helps = await Promise.all(Object.keys(nouns).map((noun) => runCli([...noun.split(' '), '--help'])))
    const all = [stdout, ...helps.map((run) => run.stdout)].join('\n')
    for (const { names, summary } of catalog)
      if (names[0] !== 'container cleanup') expect(all, names[0]).toContain(summary)
    expect(helps.every((run) => run.code === 0)).toBe(true)
  })

  it('takes "help COMMAND"', async () => {
    expect((await runCli(['help', 'volume', 'create'])).stdout).toMatch(/^Usage: runcible volume create/)
  })

  it('says what is wrong with a line, with 125', async () => {
    const cases: readonly (readonly [argv: readonly string[], stderr: string])[] = [
      [[], "Error: missing command 'runcible COMMAND'\n"],
      [['volume'], "Error: missing command 'runcible volume COMMAND'\n"],
      [['nope'], "Error: unknown command \"nope\"; 'runcible --help' lists all\nSee 'runcible --help'\n"],
      [
        ['image', 'nope'],
        "Error: unknown command \"image nope\"; 'runcible --help' lists all\nSee 'runcible --help'\n"
      ],
      [['run', '--zzzzzz', 'x'], "Error: unknown flag: --zzzzzz\nSee 'runcible run --help'\n"],
      [['run', '--nmae=x', 'y'], "Error: unknown flag: --nmae\nDid you mean --name?\nSee 'runcible run --help'\n"],
      [['ps', '-x'], "Error: unknown shorthand flag: 'x' in -x\nSee 'runcible ps --help'\n"],
      [['run', '--name'], "Error: flag needs an argument: --name\nSee 'runcible run --help'\n"],
      [['run', '--rm=maybe', 'x'], 'Error: invalid argument "maybe" for "--rm" flag: not true or false\n'],
      [['stop', '-t', 'soon', 'x'], 'Error: invalid argument "soon" for "-t, --time" flag: not a whole number\n'],
      [['ps', 'x'], 'Error: takes no arguments, got "x"\n'],
      [
        ['--cgroup-manager', 'systemd', 'ps'],
        'Error: unsupported --cgroup-manager: control groups are made directly, not through systemd; use cgroupfs\n'
      ],
      [
        ['--log-level', 'loud', 'ps'],
        'Error: log level "loud" is not supported, choose from: trace, debug, info, warn, warning, error, fatal, panic\n'
      ]
    ]
    for (const [argv, stderr] of cases) {
      const run = await runCli(argv)
      expect(run.stderr, argv.join(' ')).toBe(stderr)
      expect(run.code).toBe(125)
      expect(run.opened).toBeUndefined()
    }
  })

  it('hands the global options to whoever opens the engine, and closes it', async () => {
    const engine = fakeEngine()
    const run = await runCli(
      [
        '--root',
        '/r',
        '--runroot=/rr',
        '--runtime',
        'crun',
        '--storage-driver',
        'vfs',
        '--log-level',
        'DEBUG',
        '--cgroup-manager',
        'cgroupfs',
        'ps',
        '-q'
      ],
      { engine }
    )
    expect(run.opened).toEqual({
      root: '/r',
      runroot: '/rr',
      runtime: 'crun',
      storageDriver: 'vfs',
      logLevel: 'debug',
      cgroupManager: 'cgroupfs'
    })
    expect(engine.disposed()).toBe(true)
  })

  it('prints an engine error on one line, with its hint and nothing from outside that moves the cursor', async () => {
    const containersOverride = {
      list: () =>
        Promise.reject(
          new EngineError('unavailable', 'the \x1b[2Jstore is away', { hint: 'mount it', cause: new Error('EIO') })
        )
    }
    const engine = fakeEngine({ containersOverride })
    expect((await runCli(['ps'], { engine })).stderr).toBe('Error: the \\x1b[2Jstore is away\nHint: mount it\n')
    const debug = await runCli(['ps'], { engine, env: { RUNCIBLE_DEBUG: '1' } })
    expect(debug.stderr).toContain('caused by: Error: EIO')
    expect(debug.stderr).toContain('[unavailable]')
  })

  it('ends what is under way at a signal, with the code of a shell', async () => {
    const signals = new EventEmitter()
    const containersOverride = {
      list: (request?: { signal?: AbortSignal | undefined }) =>
        new Promise<never>((_resolve, reject) => {
          request?.signal?.addEventListener('abort', () => reject(new EngineError('aborted', 'interrupted')))
          signals.emit('SIGTERM', 'SIGTERM')
        })
    }
    const run = await runCli(['ps'], { engine: fakeEngine({ containersOverride }), signals })
    expect(run).toMatchObject({ code: 143, stderr: '' })
    expect(signals.listenerCount('SIGTERM')).toBe(0)
  })
})
