import { EventEmitter } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import type { EngineEvent } from '@runcible/interface'
import { describe, expect, it } from 'vitest'
import { fakeEngine, type FakeEngine } from '../support/fake-engine.ts'
import { runCli } from '../support/run-cli.ts'
import { id } from '../support/values.ts'

const event = (part: Partial<EngineEvent> = {}): EngineEvent => ({
  sequence: 1,
  type: 'container',
  action: 'create',
  id: id('a'),
  name: 'web',
  time: 1_706_696_430_096_098_300n,
  attributes: { app: 'x', image: 'localhost/bb:1' },
  ...part
})

const all = [
  event(),
  event({ action: 'died', attributes: { image: 'localhost/bb:1', containerExitCode: '0' } }),
  event({ type: 'image', action: 'pull', name: 'bb:1', attributes: {}, time: 1_706_696_430_000_000_000n }),
  event({ type: 'volume', id: 'data', name: 'data', attributes: {} }),
  event({ type: 'network', action: 'remove', name: 'net', attributes: {} })
]

const run = (...argv: readonly string[]) => runCli(['events', ...argv], { engine: fakeEngine({ events: all }) })

describe('events', () => {
  it("prints Podman's lines", async () => {
    const time = '2024-01-31 10:20:30.0960983 +0000 UTC'
    expect((await run()).stdout.split('\n')).toEqual([
      `${time} container create ${id('a')} (image=localhost/bb:1, name=web, app=x)`,
      `${time} container died ${id('a')} (image=localhost/bb:1, name=web)`,
      `2024-01-31 10:20:30 +0000 UTC image pull ${id('a')} bb:1`,
      `${time} volume create data`,
      `${time} network remove ${id('a')} (name=net)`,
      ''
    ])
    expect((await run('--no-trunc=false')).stdout).toContain('image pull aaaaaaaaaaaa bb:1\n')
  })

  it("prints Podman's JSON, a line for each", async () => {
    const lines = (await run('--format', 'json')).stdout.trimEnd().split('\n')
    expect(lines.slice(0, 4)).toEqual([
      `{"ID":"${id('a')}","Image":"localhost/bb:1","Name":"web","Status":"create","Time":"2024-01-31T10:20:30.0960983Z","Type":"container","Attributes":{"app":"x"}}`,
      `{"ContainerExitCode":0,"ID":"${id('a')}","Image":"localhost/bb:1","Name":"web","Status":"died","Time":"2024-01-31T10:20:30.0960983Z","Type":"container","Attributes":{}}`,
      `{"ID":"${id('a')}","Name":"bb:1","Status":"pull","Time":"2024-01-31T10:20:30Z","Type":"image","Attributes":null}`,
      '{"Name":"data","Status":"create","Time":"2024-01-31T10:20:30.0960983Z","Type":"volume","Attributes":null}'
    ])
  })

  it('takes templates', async () => {
    const { stdout } = await run('--format', '{{.Time}}|{{.TimeNano}}\\t{{.Status}} {{.Attributes.app}}')
    expect(stdout.split('\n')[0]).toBe('2024-01-31 10:20:30.0960983 +0000 UTC|1706696430096098300\tcreate x')
    expect((await run('--format', 'table {{.ID}}')).stderr).toContain('make no table')
  })

  it('asks for what is wanted', async () => {
    const engine = fakeEngine()
    const ask = async (...argv: readonly string[]) => {
      expect((await runCli(['system', 'events', ...argv], { engine })).code).toBe(0)
      return JSON.parse(engine.calls.at(-1)!.replace('events ', '')) as Record<string, unknown>
    }
    expect(await ask()).toEqual({ filters: {} })
    expect(await ask('--since', '1706696430', '--until', '1706696431')).toEqual({
      filters: {},
      since: '1706696430000000000n',
      until: '1706696431000000000n'
    })
    expect(await ask('--until', '0')).toEqual({ filters: {}, since: '0n', until: '0n' })
    expect(await ask('-f', 'status=die', '-f', 'event=start', '-f', 'type=container')).toEqual({
      filters: { event: ['died', 'start'], type: ['container'] }
    })
    const before = BigInt(Date.now()) * 1_000_000n
    const ahead = BigInt(String((await ask('--until', '10m'))['until']).slice(0, -1))
    expect(ahead).toBeGreaterThanOrEqual(before + 600_000_000_000n)
    const { since, until } = await ask('--stream=false')
    expect(since).toBe('0n')
    expect(BigInt(String(until).slice(0, -1))).toBeLessThan(ahead)
  })

  it('refuses filters that nobody would look at', async () => {
    expect(await run('--filter', 'colour=red')).toMatchObject({ code: 125, stdout: '' })
    expect((await run('--filter', 'type=weather')).stderr).toContain('type=weather is none of')
    expect((await run('--filter', 'colour=red')).stderr).toContain('colour is an invalid filter')
  })

  it('ends quietly when nobody reads, and by a signal', async () => {
    const engine = (): FakeEngine => ({
      ...fakeEngine(),
      events: {
        async *subscribe({ signal } = {}) {
          while (signal?.aborted !== true) {
            yield all[0]!
            await setImmediate()
          }
        }
      }
    })
    expect((await runCli(['events'], { engine: engine(), closedOutput: true })).code).toBe(141)
    const signals = new EventEmitter()
    const ended = runCli(['events'], { engine: engine(), signals })
    await setImmediate()
    signals.emit('SIGINT', 'SIGINT')
    expect((await ended).code).toBe(130)
  })
})
