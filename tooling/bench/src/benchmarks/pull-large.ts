import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import { type Benchmark, eachSubject, type Sample, type Setting } from '../benchmark.ts'
import { publishLargeImage } from '../large-image/publish.ts'
import { run } from '../measure/command.ts'
import { watchPeakMemory } from '../measure/peak-memory.ts'
import type { Subject } from '../subjects/subject.ts'

export const pullLarge: Benchmark = {
  name: 'pull-large',
  title: 'pull of 7 layers from a registry on the loopback, 1 GB unpacked (1/16 with --quick), empty store',
  metrics: { wall: { title: 'time', unit: 'ms' }, peak: { title: 'peak RSS, daemons included', unit: 'MB' } },
  rounds: { full: 3, quick: 1 },
  warmUps: 0,
  targets: [{ metric: 'wall', against: 'podman', ratio: 1 }],
  async contestants(setting) {
    const image = await publishLargeImage({ ...setting, scale: setting.isQuick ? 1 / 16 : 1 })
    return eachSubject(setting, async (subject) => () => pullCold(subject, image, setting))
  }
}

async function pullCold(subject: Subject, image: string, { directory }: Setting): Promise<Sample> {
  await using cold = await subject.emptied(join(directory, subject.name))
  // What earlier turns wrote must not be paid for by this one.
  await run({ file: 'sync', args: [], env: {} })
  await sleep(500)
  const pids = [...cold.daemons()]
  const watch = watchPeakMemory(() => pids)
  try {
    const { wall } = await cold.pull(image, { onStart: (pid) => pids.push(pid) })
    return { wall, peak: watch.stop() }
  } finally {
    watch.stop()
  }
}
