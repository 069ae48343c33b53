import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Benchmark, eachSubject, type Setting } from '../benchmark.ts'
import { publishLargeImage } from '../images/large.ts'
import { coldMetrics, coldTurns, measured } from './cold.ts'
import { limitOfLoad, limitOfSave } from './limit.ts'

const targets = [
  { metric: 'wall', against: 'podman', ratio: 0.8 },
  { metric: 'peak', atMost: 200 }
]

const publish = (setting: Setting) => publishLargeImage({ ...setting, scale: setting.isQuick ? 1 / 16 : 1 / 4 })

export const save: Benchmark = {
  name: 'save',
  title: '`save --output FILE` of 7 layers, 260 MB unpacked (1/4 with --quick)',
  metrics: coldMetrics,
  rounds: { full: 5, quick: 2 },
  warmUps: 0,
  targets,
  async contestants(setting) {
    const image = await publish(setting)
    const subjects = await eachSubject(setting, async (subject) => {
      await subject.pull(image.name)
      const file = join(setting.directory, `${subject.name}.tar`)
      return async () => {
        await rm(file, { force: true })
        const args = ['save', '--output', file, image.name]
        return await measured((options) => subject.run(args, options), subject.daemons())
      }
    })
    return [...subjects, limitOfSave(image, setting)]
  }
}

export const load: Benchmark = {
  name: 'load',
  title: '`load --input FILE` of the same image, empty store',
  metrics: coldMetrics,
  rounds: { full: 3, quick: 2 },
  warmUps: 0,
  targets,
  async contestants(setting) {
    const image = await publish(setting)
    const file = join(setting.directory, 'image.tar')
    const [ours] = setting.subjects
    await ours?.pull(image.name)
    await ours?.run(['save', '--output', file, image.name])
    const subjects = await eachSubject(setting, async (subject) =>
      coldTurns(subject, setting, (cold) => (options) => cold.run(['load', '--input', file], options))
    )
    return [...subjects, limitOfLoad(file, setting)]
  }
}
