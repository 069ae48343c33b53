import { EventEmitter } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EngineError } from '@runcible/interface'
import { describe, expect, it } from 'vitest'
import { fakeEngine, type Program } from './support/fake-engine.ts'
import { runCli } from './support/run-cli.ts'
import { id } from './support/values.ts'

const program: Program = async ({ stdout, stderr }) => {
  stdout.write('out\n')
  stderr.write('err\n')
  return 3
}

describe('run in the foreground', () => {
  it('gives streams and exit code, and cleans up after the exit', async () => {
    const engine = fakeEngine({ program })
    const run = await runCli(['run', '--name', 'x', 'img', 'cmd'], { engine })
    expect(run).toMatchObject({ code: 3, stdout: 'out\n', stderr: 'err\n' })
    expect(engine.calls).toEqual(['create', 'start x attended attached', 'wait x default', 'cleanup x', 'leave'])
  })

  it('copies the standard input with -i, and ends it', async () => {
    const echo: Program = async ({ stdin, stdout }) => {
      for await (const chunk of stdin) stdout.write(chunk)
      return 0
    }
    const stdin = 'x'.repeat(300_000)
    expect(await runCli(['run', '-i', 'img'], { engine: fakeEngine({ program: echo }), stdin })).toMatchObject({
      code: 0,
      stdout: stdin
    })
  })

  it('gives no input without -i', async () => {
    const engine = fakeEngine({ program })
    const run = await runCli(['run', 'img'], { engine, stdin: 'unread' })
    expect(run.code).toBe(3)
    expect(engine.specs).toEqual([{ image: 'img' }])
  })

  it('connects only the streams that --attach names', async () => {
    expect(await runCli(['run', '-a', 'stderr', 'img'], { engine: fakeEngine({ program }) })).toMatchObject({
      stdout: '',
      stderr: 'err\n'
    })
    expect((await runCli(['run', '-a', 'foo', 'img'])).stderr).toContain('"foo" is not stdin, stdout or stderr')
  })

  it('loses no output of a process that ends at once', async () => {
    const big: Program = async ({ stdout }) => {
      for (let line = 0; line < 2000; line++) stdout.write(`${line} ${'y'.repeat(500)}\n`)
      return 0
    }
    const { stdout } = await runCli(['run', 'img'], { engine: fakeEngine({ program: big }) })
    expect(stdout.split('\n')).toHaveLength(2001)
  })

  it('leaves a container whose output nobody reads any more', async () => {
    const endless: Program = async ({ stdout, nextSignal }) => {
      const timer = setInterval(() => stdout.write('y\n'), 1)
      await nextSignal()
      clearInterval(timer)
      return 0
    }
    const engine = fakeEngine({ program: endless })
    const run = await runCli(['run', '--name', 'x', 'img'], { engine, closedOutput: true })
    expect(run).toMatchObject({ code: 141, stdout: 'y\n' })
    expect(engine.calls.slice(-2)).toEqual(['detach', 'leave'])
    await engine.containers.kill('x')
  })

  it('hands signals to the process instead of ending', async () => {
    const signals = new EventEmitter()
    const waiter: Program = async ({ nextSignal, stdout }) => {
      setImmediate(() => signals.emit('SIGTERM', 'SIGTERM'))
      stdout.write(`${await nextSignal()}\n`)
      setImmediate(() => signals.emit('SIGINT', 'SIGINT'))
      stdout.write(`${await nextSignal()}\n`)
      return 7
    }
    const run = await runCli(['run', 'img'], { engine: fakeEngine({ program: waiter }), signals })
    expect(run).toMatchObject({ code: 7, stdout: 'SIGTERM\nSIGINT\n' })
    expect(signals.eventNames()).toEqual([])
  })

  it('leaves the container alone when a signal is not to be handed over', async () => {
    const signals = new EventEmitter()
    const waiter: Program = ({ nextSignal }) => {
      setImmediate(() => signals.emit('SIGINT', 'SIGINT'))
      return nextSignal().then(() => 0)
    }
    const engine = fakeEngine({ program: waiter })
    expect(await runCli(['run', '--rm', '--sig-proxy=false', 'img'], { engine, signals })).toMatchObject({ code: 130 })
    expect(engine.calls.filter((call) => /^(kill|remove)/.test(call))).toEqual([])
    expect(engine.calls.at(-1)).toBe('leave')
  })

  it('removes a --rm container that could not be started, and says why', async () => {
    const startError = new EngineError('command-not-found', 'exec: "nope": executable file not found in $PATH')
    const engine = fakeEngine({ startError })
    const run = await runCli(['run', '--rm', '--name', 'x', 'img', 'nope'], { engine })
    expect(run).toMatchObject({ code: 127, stderr: 'Error: exec: "nope": executable file not found in $PATH\n' })
    expect(engine.calls.at(-1)).toBe('remove x force volumes')
    const kept = fakeEngine({ startError: new EngineError('command-not-executable', 'permission denied') })
    expect((await runCli(['run', 'img'], { engine: kept })).code).toBe(126)
    expect(kept.calls.some((call) => call.startsWith('remove'))).toBe(false)
  })

  it('passes on the size of the terminal', async () => {
    const tty: Program = async ({ stdout }) => (stdout.write('tty'), 0)
    const run = await runCli(['run', '-t', 'img'], { engine: fakeEngine({ program: tty }), terminal: true })
    expect(run).toMatchObject({ code: 0, stdout: 'tty' })
  })
})

describe('run in the background', () => {
  it('prints the id and does not stay', async () => {
    const engine = fakeEngine({ program })
    expect(await runCli(['run', '-d', 'img'], { engine })).toMatchObject({
      code: 0,
      stdout: `${engine.specs.length === 0 ? '' : id('c')}\n`,
      stderr: ''
    })
    expect(engine.calls).toEqual(['create', 'start name1'])
    expect((await runCli(['run', '-d', '-a', 'stdout', 'img'])).stderr).toContain('exclude each other')
  })

  it('writes the id to a new file', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'runcible-cid-'))
    try {
      const file = join(directory, 'cid')
      const { stdout } = await runCli(['run', '-d', '--cidfile', file, 'img'], { engine: fakeEngine() })
      expect(readFileSync(file, 'utf8')).toBe(stdout.trim())
      const again = await runCli(['run', '-d', '--cidfile', file, 'img'])
      expect(again).toMatchObject({ code: 125, opened: undefined })
      expect(again.stderr).toContain(`--cidfile ${file} exists`)
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})

describe('progress of a run', () => {
  const progress = [
    { type: 'message', text: 'Trying to pull x...' },
    { type: 'blob', digest: `sha256:${id('1')}`, kind: 'layer', phase: 'downloading', current: 1, total: 2 },
    { type: 'blob', digest: `sha256:${id('1')}`, kind: 'layer', phase: 'done', current: 2, total: 2 },
    { type: 'step', step: 'image', startedAt: 0, duration: 12.34 }
  ] as const

  it('is told line by line on the standard error', async () => {
    const run = await runCli(['run', '-d', 'img'], { engine: fakeEngine({ progress }) })
    expect(run.stderr).toBe(`Trying to pull x...\nCopying blob sha256:${id('1')} done\n`)
    expect((await runCli(['run', '-d', '-q', 'img'], { engine: fakeEngine({ progress }) })).stderr).toBe('')
  })

  it('is measured with --timings', async () => {
    const { stderr, stdout } = await runCli(['create', '-q', '--timings', 'img'], { engine: fakeEngine({ progress }) })
    expect(stderr).toMatch(/^image +12\.3 ms\ntotal +[0-9.]+ ms\n$/)
    expect(stdout).toMatch(/^[0-9a-f]{64}\n$/)
  })
})
