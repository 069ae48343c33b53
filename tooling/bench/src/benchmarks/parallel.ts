import { type Benchmark, eachSubject } from '../benchmark.ts'

const count = 20

export const parallel: Benchmark = {
  name: 'parallel-20',
  title: `${count} times \`run --rm IMAGE true\` at once, bridge`,
  metrics: { wall: { title: 'time', unit: 'ms' } },
  rounds: { full: 5, quick: 1 },
  warmUps: 0,
  targets: [],
  contestants: (setting) =>
    eachSubject(setting, async (subject) => async () => {
      const began = performance.now()
      await Promise.all(Array.from({ length: count }, () => subject.run(['run', '--rm', setting.image, 'true'])))
      return { wall: performance.now() - began }
    })
}
