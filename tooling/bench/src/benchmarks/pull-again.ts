import { type Benchmark, eachSubject } from '../benchmark.ts'
import { publishLargeImage } from '../images/large.ts'
import { run } from '../measure/command.ts'

const start = 'runcible --version'

export const pullAgain: Benchmark = {
  name: 'pull-again',
  title: '`pull` of an image of 7 layers that is here already',
  metrics: { wall: { title: 'time', unit: 'ms' } },
  rounds: { full: 20, quick: 5 },
  warmUps: 2,
  targets: [{ metric: 'wall', against: start, difference: 60 }],
  async contestants(setting) {
    const { name } = await publishLargeImage({ ...setting, scale: 1 / 16 })
    const subjects = await eachSubject(setting, async (subject) => {
      await subject.pull(name)
      return async () => ({ wall: (await subject.pull(name)).wall })
    })
    const ours = setting.subjects.slice(0, 1).map((subject) => subject.command('--version'))
    return [
      ...subjects,
      ...ours.map((command) => ({ name: start, sample: async () => ({ wall: (await run(command)).wall }) }))
    ]
  }
}
