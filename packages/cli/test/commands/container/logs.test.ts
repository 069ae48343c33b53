import { describe, expect, it } from 'vitest'
import { fakeEngine } from '../../support/fake-engine.ts'
import { runCli } from '../../support/run-cli.ts'
import { container } from '../../support/values.ts'

const time = 1_700_000_000_123_456_789n
const engine = fakeEngine({
  containers: [container()],
  logs: [
    { stream: 'stdout', time, text: 'out', complete: true },
    { stream: 'stderr', time: time + 1n, text: 'err', complete: true },
    { stream: 'stdout', time: time + 2n, text: 'no newline', complete: false }
  ]
})
const logs = (...argv: readonly string[]): ReturnType<typeof runCli> => runCli(['logs', ...argv], { engine })

describe('logs', () => {
  it('keeps the streams apart', async () => {
    expect(await logs('c1')).toMatchObject({ code: 0, stdout: 'out\nno newline', stderr: 'err\n' })
  })

  it('adds times and names', async () => {
    expect((await logs('-t', 'c1')).stdout).toBe(
      '2023-11-14T22:13:20.123456789Z out\n2023-11-14T22:13:20.123456791Z no newline'
    )
    expect((await logs('-n', 'c1')).stdout).toBe('c1 out\nc1 no newline')
    expect((await logs('c1', 'c1')).stdout).toContain('aaaaaaaaaaaa out\n')
  })

  it('gives each container a color', async () => {
    const { stdout, stderr } = await logs('--color', '-n', 'c1', 'c1')
    expect(stdout.split('\n').slice(0, 2).toSorted()).toEqual(
      ['\x1b[37mc1 out\x1b[0m', '\x1b[31mc1 out\x1b[0m'].toSorted()
    )
    expect(stderr).toContain('\x1b[31mc1 err\x1b[0m\n')
    expect((await logs('--color', 'c1')).stdout).toBe('\x1b[37mout\x1b[0m\n\x1b[37mno newline\x1b[0m')
  })

  it('asks for what its flags say', async () => {
    await logs('-f', '--tail', '5', '--since', '1700000000', '--until=1700000001.5', 'c1')
    expect(engine.calls.at(-1)).toBe(
      'logs c1 {"follow":true,"tail":5,"since":"1700000000000000000n","until":"1700000001500000000n"}'
    )
    await logs('--tail', '-1', 'c1')
    expect(engine.calls.at(-1)).toBe('logs c1 {"follow":false}')
    expect((await logs('--tail', 'x', 'c1')).stderr).toContain('"x" is not a number of lines')
    expect((await logs()).stderr).toBe('Error: specify at least one container name or id\n')
  })
})
