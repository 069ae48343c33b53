import { expect, it } from 'vitest'
import type { Benchmark, Contestant, Setting } from '../src/benchmark.ts'
import { takeTurns } from '../src/runner.ts'

const setting: Setting = {
  directory: '/',
  isQuick: false,
  subjects: [],
  registry: '',
  image: '',
  cache: '/',
  log: () => {},
  signal: new AbortController().signal
}

const benchmarkOf = (contestants: readonly Contestant[], undone: string[] = []): Benchmark => ({
  name: 'turns',
  title: 'turns',
  metrics: { count: { title: 'count', unit: 'ms' } },
  rounds: { full: 2, quick: 1 },
  warmUps: 1,
  targets: [],
  async contestants(_, undo) {
    undo.defer(() => void undone.push('undone'))
    return contestants
  }
})

it('lets all take turns, leaves the warm-up out, and undoes what was prepared', async () => {
  const turns: string[] = []
  const undone: string[] = []
  const contestant = (name: string): Contestant => ({ name, sample: async () => ({ count: turns.push(name) }) })
  const measured = await takeTurns(benchmarkOf([contestant('a'), contestant('b')], undone), setting)
  expect(turns.join('')).toBe('ababab')
  expect(measured).toEqual([
    { contestant: 'a', samples: [{ count: 3 }, { count: 5 }] },
    { contestant: 'b', samples: [{ count: 4 }, { count: 6 }] }
  ])
  expect(undone).toEqual(['undone'])
})

it('goes on without one that fails', async () => {
  const failing: Contestant = { name: 'bad', sample: () => Promise.reject(new Error('no')) }
  const good: Contestant = { name: 'good', sample: async () => ({ count: 1 }) }
  const measured = await takeTurns(benchmarkOf([good, failing]), setting)
  expect(measured.map(({ samples }) => samples.length)).toEqual([2, 0])
  expect(measured[1]?.failure).toBe('no')
})

it('ends, cleaned up, when it is told to', async () => {
  const controller = new AbortController()
  const undone: string[] = []
  const stopping: Contestant = { name: 'a', sample: async () => (controller.abort(new Error('enough')), { count: 1 }) }
  await expect(takeTurns(benchmarkOf([stopping], undone), { ...setting, signal: controller.signal })).rejects.toThrow()
  expect(undone).toEqual(['undone'])
})
