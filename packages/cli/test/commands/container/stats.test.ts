import { EventEmitter } from 'node:events'
import type { ContainerStats } from '@runcible/interface'
import { describe, expect, it } from 'vitest'
import { fakeEngine } from '../../support/fake-engine.ts'
import { runCli } from '../../support/run-cli.ts'
import { container, id } from '../../support/values.ts'

const first: ContainerStats = {
  id: id('a'),
  name: 'c1',
  cpuUsage: 500_000_000,
  cpuSystem: 8_000_000,
  memoryUsage: 790_528,
  memoryLimit: 25_276_063_744,
  pids: 3,
  blockRead: 1110,
  blockWrite: 0,
  time: 1_706_696_431_000,
  startedAt: 1_706_696_430_000,
  interfaces: [
    { interface: 'eth0', received: 1000, sent: 516 },
    { interface: 'eth1', received: 736, sent: 0 }
  ]
}

function made(samples: readonly ContainerStats[] = [first]) {
  const left = [...samples]
  return fakeEngine({
    containers: [container(), container({ id: id('b'), name: 'off', status: 'exited' })],
    containersOverride: { stats: async () => (left.length > 1 ? left.shift()! : left[0]!) }
  })
}
const run = (...argv: readonly string[]) => runCli(['stats', ...argv], { engine: made() })

describe('stats', () => {
  it("prints Podman's table once", async () => {
    expect((await run('--no-stream')).stdout).toBe(
      [
        'ID            NAME        CPU %       MEM USAGE / LIMIT  MEM %       NET IO         BLOCK IO     PIDS        CPU TIME    AVG CPU %',
        'aaaaaaaaaaaa  c1          50.00%      790.5kB / 25.28GB  0.00%       1.74kB / 516B  1.11kB / 0B  3           500ms       50.00%',
        ''
      ].join('\n')
    )
    expect((await run('--no-stream', '--no-trunc', 'c1')).stdout).toContain(`\n${id('a')}  c1 `)
  })

  it("prints Podman's JSON", async () => {
    expect(JSON.parse((await run('--no-stream', '--format', 'json')).stdout)).toEqual([
      {
        id: 'aaaaaaaaaaaa',
        name: 'c1',
        cpu_time: '500ms',
        cpu_percent: '50.00%',
        avg_cpu: '50.00%',
        mem_usage: '790.5kB / 25.28GB',
        mem_percent: '0.00%',
        net_io: '1.74kB / 516B',
        block_io: '1.11kB / 0B',
        pids: '3'
      }
    ])
  })

  it('takes templates', async () => {
    const { stdout } = await run('--no-stream', '--format', '{{.CPU}} {{.AVGCPU}} {{.MemUsageBytes}} {{.NetInput}}')
    expect(stdout).toBe('50 50.00% 772KiB / 23.54GiB 1736\n')
    expect((await run('--format', '{{.Nope}}')).code).toBe(125)
  })

  it('counts from the last time on, and ends when it is interrupted', async () => {
    const second = { ...first, time: first.time + 1000, cpuUsage: first.cpuUsage + 250_000_000 }
    const anew = { ...first, startedAt: second.time, time: second.time + 1000, cpuUsage: 100_000_000 }
    const signals = new EventEmitter()
    const engine = made([first, second, anew])
    const { stats } = engine.containers
    let calls = 0
    const counting = {
      ...engine,
      containers: {
        ...engine.containers,
        stats: async (name: string) => {
          if (++calls === 3) setImmediate(() => signals.emit('SIGINT', 'SIGINT'))
          return await stats(name)
        }
      }
    }
    const { stdout, code } = await runCli(['stats', '-i', '1', '--format', '{{.CPUPerc}} {{.AVGCPU}}'], {
      engine: counting,
      signals
    })
    expect(stdout).toBe('50.00% 50.00%\n25.00% 37.50%\n10.00% 10.00%\n')
    expect(code).toBe(130)
  })

  it('clears the screen of a terminal', async () => {
    const clearing = async (...argv: readonly string[]) =>
      (await runCli(['stats', ...argv], { engine: made(), terminal: true, closedOutput: true })).stdout.includes(
        '\x1b[2J'
      )
    expect(await clearing()).toBe(true)
    expect(await clearing('--no-reset')).toBe(false)
    expect(await clearing('--no-stream')).toBe(false)
  })

  it.each([
    ['-a c1', '--all, --latest and containers cannot be used together'],
    ['-i 0', 'invalid interval, must be a positive number greater zero']
  ])('refuses %s', async (line, message) => {
    const { code, stderr } = await run(...line.split(' '))
    expect({ code, stderr }).toEqual({ code: 125, stderr: expect.stringContaining(message) })
  })
})
