import { type Benchmark, eachSubject } from '../benchmark.ts'
import { holdContainers } from './hold-containers.ts'

const running = 3

export const ps: Benchmark = {
  name: 'ps-200',
  title: `\`ps --all\`, 200 containers (20 with --quick), ${running} of them running`,
  metrics: { wall: { title: 'time', unit: 'ms' } },
  rounds: { full: 20, quick: 5 },
  warmUps: 2,
  targets: [],
  contestants: (setting, undo) =>
    eachSubject(setting, async (subject) => {
      const { image, isQuick, signal } = setting
      await holdContainers(subject, { image, count: running, network: 'none', signal }, undo)
      const created = (isQuick ? 20 : 200) - running
      for (let at = 0; at < created; at++) {
        signal.throwIfAborted()
        await subject.run(['create', '--network', 'none', image, 'true'])
      }
      return async () => ({ wall: (await subject.run(['ps', '--all'])).wall })
    })
}
