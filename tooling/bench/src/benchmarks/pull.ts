import { type Benchmark, eachSubject, type Setting } from '../benchmark.ts'
import { publishLargeImage } from '../images/large.ts'
import type { PublishedImage } from '../images/publish.ts'
import { publishSmallFiles } from '../images/small-files.ts'
import { coldMetrics, coldTurns } from './cold.ts'
import { limitOfPull } from './limit.ts'

interface PullBenchmark {
  readonly name: string
  readonly title: string
  readonly rounds: Benchmark['rounds']
  readonly publish: (setting: Setting) => Promise<PublishedImage>
}

const pullBenchmark = ({ name, title, rounds, publish }: PullBenchmark): Benchmark => ({
  name,
  title: `${title}, from a registry on the loopback, empty store`,
  metrics: coldMetrics,
  rounds,
  warmUps: 0,
  targets: [
    { metric: 'wall', against: 'podman', ratio: 0.6 },
    { metric: 'wall', against: 'docker', ratio: 0.6 },
    { metric: 'peak', atMost: 200 }
  ],
  async contestants(setting) {
    const image = await publish(setting)
    const subjects = await eachSubject(setting, async (subject) =>
      coldTurns(subject, setting, (cold) => (options) => cold.pull(image.name, options))
    )
    return [...subjects, limitOfPull(image, setting)]
  }
})

export const pullLarge = pullBenchmark({
  name: 'pull-large',
  title: '`pull` of 7 layers, 1 GB unpacked (1/16 with --quick)',
  rounds: { full: 3, quick: 1 },
  publish: (setting) => publishLargeImage({ ...setting, scale: setting.isQuick ? 1 / 16 : 1 })
})

export const pull2000 = pullBenchmark({
  name: 'pull-2000-files',
  title: '`pull` of one layer of 2,000 small files',
  rounds: { full: 7, quick: 2 },
  publish: (setting) => publishSmallFiles({ ...setting, count: 2000 })
})

export const pull40000 = pullBenchmark({
  name: 'pull-40000-files',
  title: '`pull` of one layer of 40,000 small files (4,000 with --quick)',
  rounds: { full: 5, quick: 1 },
  publish: (setting) => publishSmallFiles({ ...setting, count: setting.isQuick ? 4000 : 40_000 })
})
