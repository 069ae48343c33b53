import { EventEmitter } from 'node:events'
import { EngineError } from '@runcible/interface'
import { describe, expect, it } from 'vitest'
import { fakeEngine, type FakeEngineInit } from '../../support/fake-engine.ts'
import { runCli } from '../../support/run-cli.ts'
import { container, id } from '../../support/values.ts'

const withContainer = (init: FakeEngineInit = {}): ReturnType<typeof fakeEngine> =>
  fakeEngine({ containers: [container()], ...init })

describe('exec', () => {
  it('runs over streams when there are no descriptors', async () => {
    const engine = withContainer({
      exec: async ({ stdin, stdout, stderr }) => {
        for await (const chunk of stdin) stdout.write(chunk)
        stderr.write('err')
        return 9
      }
    })
    const run = await runCli(['exec', '-i', '-e', 'A=1', '-u', 'me', '-w', '/w', '--privileged', 'c1', 'cat', '-x'], {
      engine,
      stdin: 'in'
    })
    expect(run).toMatchObject({ code: 9, stdout: 'in', stderr: 'err' })
    expect(engine.calls[0]).toBe(
      'exec c1 streams {"command":["cat","-x"],"tty":false,"stdin":true,"privileged":true,"env":{"A":"1"},"workdir":"/w","user":"me"}'
    )
  })

  it('prints the id of a detached one', async () => {
    const engine = withContainer()
    expect(await runCli(['exec', '-d', 'c1', 'true'], { engine })).toMatchObject({ code: 0, stdout: `${id('e')}\n` })
    expect(engine.calls[0]).toMatch(/^exec c1 none/)
  })

  it('has Podman’s exit codes', async () => {
    const failing = (code: ConstructorParameters<typeof EngineError>[0]): ReturnType<typeof fakeEngine> =>
      withContainer({ execError: new EngineError(code, 'why') })
    expect(await runCli(['exec', 'c1', 'x'], { engine: failing('command-not-found') })).toMatchObject({
      code: 127,
      stderr: 'Error: why\n'
    })
    expect(await runCli(['exec', 'c1', 'x'], { engine: failing('command-not-executable') })).toMatchObject({
      code: 126
    })
    expect(await runCli(['exec', 'c1', 'x'], { engine: failing('failed-precondition') })).toMatchObject({ code: 255 })
    expect(await runCli(['exec', '-d', 'c1', 'x'], { engine: failing('command-not-found') })).toMatchObject({
      code: 125
    })
    expect(await runCli(['exec', 'nope', 'x'], { engine: withContainer() })).toMatchObject({ code: 125 })
    expect(await runCli(['exec'])).toMatchObject({ code: 125 })
    expect((await runCli(['exec', 'c1'])).stderr).toContain('you must provide a command')
  })

  it('hands signals over', async () => {
    const signals = new EventEmitter()
    const engine = withContainer({
      exec: async ({ nextSignal }) => {
        setImmediate(() => signals.emit('SIGTERM', 'SIGTERM'))
        return (await nextSignal()) === 'SIGTERM' ? 5 : 1
      }
    })
    expect((await runCli(['exec', 'c1', 'x'], { engine, signals })).code).toBe(5)
  })
})
