import { type Benchmark, eachSubject, type Target } from '../benchmark.ts'
import { holdContainers } from './hold-containers.ts'

interface RunBenchmark {
  readonly name: string
  readonly title: string
  readonly network: 'bridge' | 'none'
  /** Other containers that are up meanwhile. */
  readonly others: number
  readonly targets: readonly Target[]
}

const runBenchmark = ({ name, title, network, others, targets }: RunBenchmark): Benchmark => ({
  name,
  title,
  metrics: { wall: { title: 'time', unit: 'ms' } },
  rounds: { full: 20, quick: 5 },
  warmUps: 2,
  targets,
  contestants: (setting, undo) =>
    eachSubject(setting, async (subject) => {
      await holdContainers(subject, { ...setting, count: others, network }, undo)
      return async () => ({
        wall: (await subject.run(['run', '--rm', '--network', network, setting.image, 'true'])).wall
      })
    })
})

export const runBridge = runBenchmark({
  name: 'run-bridge',
  title: '`run --rm IMAGE true`, bridge, no other container',
  network: 'bridge',
  others: 0,
  targets: [{ metric: 'wall', against: 'podman', ratio: 0.35 }]
})

export const runBridgeBusy = runBenchmark({
  name: 'run-bridge-busy',
  title: '`run --rm IMAGE true`, bridge, another container on it',
  network: 'bridge',
  others: 1,
  targets: [{ metric: 'wall', against: 'podman', ratio: 0.5 }]
})

export const runNone = runBenchmark({
  name: 'run-none',
  title: '`run --rm --network none IMAGE true`',
  network: 'none',
  others: 0,
  targets: []
})
