import { type Benchmark, eachSubject } from '../benchmark.ts'
import { holdContainers } from './hold-containers.ts'

export const exec: Benchmark = {
  name: 'exec',
  title: '`exec CONTAINER true`',
  metrics: { wall: { title: 'time', unit: 'ms' } },
  rounds: { full: 20, quick: 5 },
  warmUps: 2,
  targets: [{ metric: 'wall', against: 'podman', ratio: 0.6 }],
  contestants: (setting, undo) =>
    eachSubject(setting, async (subject) => {
      const [id = ''] = await holdContainers(subject, { ...setting, count: 1, network: 'none' }, undo)
      return async () => ({ wall: (await subject.run(['exec', id, 'true'])).wall })
    })
}
