import { describe, expect, it } from 'vitest'
import type { Benchmark } from '../../src/benchmark.ts'
import { betweenMarks } from '../../src/report/docs.ts'
import { markdownReport, type Report, textReport } from '../../src/report/report.ts'
import { resultOf } from '../../src/report/result.ts'

const benchmark: Benchmark = {
  name: 'walk',
  title: 'a walk',
  metrics: { wall: { title: 'time', unit: 'ms' } },
  rounds: { full: 2, quick: 1 },
  warmUps: 0,
  targets: [
    { metric: 'wall', against: 'tortoise', ratio: 0.5 },
    { metric: 'wall', against: 'hare', difference: 3 },
    { metric: 'wall', atMost: 20 }
  ],
  contestants: async () => []
}

const result = resultOf(benchmark, [
  { contestant: 'us', samples: [{ wall: 10 }, { wall: 12 }] },
  { contestant: 'tortoise', samples: [{ wall: 100 }, { wall: 120 }] },
  { contestant: 'hare', samples: [{ wall: 6 }, { wall: 8 }] },
  { contestant: 'snail', samples: [], failure: 'fell asleep' }
])

const report: Report = {
  date: '2026-01-02T03:04:05.000Z',
  isQuick: false,
  facts: {
    kernel: '6.1.0',
    distribution: 'Somewhere 1',
    cpus: 2,
    cpuModel: 'none',
    memoryMegabytes: 1,
    cgroups: 'v2',
    node: 'v26.10.0',
    runc: '1.1.5',
    conmon: '2.1.6'
  },
  versions: { us: '1.0.0' },
  missing: ['snail (not installed: snail)'],
  load: { before: 0.1, after: 0.2 },
  benchmarks: [result]
}

describe('resultOf', () => {
  it('compares ours with each other contestant that measured something', () => {
    const [wall] = result.metrics
    expect(wall?.contestants.map(({ name, median }) => [name, median])).toEqual([
      ['us', 11],
      ['tortoise', 110],
      ['hare', 7]
    ])
    expect(wall?.contestants[1]?.comparison?.ratio).toBeCloseTo(0.1)
    expect(result.failures).toEqual(['snail: fell asleep'])
  })

  it('leaves out of a metric who did not measure it', () => {
    const two = { ...benchmark, metrics: { ...benchmark.metrics, peak: { title: 'peak', unit: 'MB' } } } as const
    const [, peak] = resultOf(two, [
      { contestant: 'us', samples: [{ wall: 10, peak: 5 }] },
      { contestant: 'tortoise', samples: [{ wall: 100 }] }
    ]).metrics
    expect(peak?.contestants.map(({ name }) => name)).toEqual(['us'])
  })

  it('judges targets by value, by ratio and by difference', () => {
    const targets = result.metrics[0]?.contestants.map(({ target }) => target?.isMet)
    expect(targets).toEqual([true, true, false])
  })
})

describe('reports', () => {
  it('are text with failures and missing peers', () => {
    const text = textReport(report)
    expect(text).toContain('≤ 20 ✔')
    expect(text).toContain('≤ 0.50 ✔')
    expect(text).toContain('≤ +3: +4.0 ✘')
    expect(text).toContain('not measured: snail (not installed: snail)')
    expect(text).toContain('failed: walk: snail: fell asleep')
  })

  it('go between the marks of a page', () => {
    const page = betweenMarks('before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n', markdownReport(report))
    expect(page).toMatch(/^before\n<!-- bench:begin -->\n\nus 1\.0\.0; .*\n\n<!-- bench:end -->\nafter\n$/s)
    expect(page).not.toContain('old')
  })

  it('need the marks', () => {
    expect(() => betweenMarks('nothing', 'text')).toThrow('bench:begin')
  })
})
