import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Benchmark, eachSubject } from '../benchmark.ts'
import { type Command, run } from '../measure/command.ts'
import { cpuTime } from '../measure/cpu-time.ts'

const sampleOf = (command: Command) => async () => ({
  wall: (await run(command)).wall,
  cpu: await cpuTime(command)
})

/** What starting the command costs, beside an empty script of the same Node. */
export const version: Benchmark = {
  name: 'version',
  title: '`--version`',
  metrics: { wall: { title: 'time', unit: 'ms' }, cpu: { title: 'CPU', unit: 'ms' } },
  rounds: { full: 30, quick: 8 },
  warmUps: 3,
  targets: [{ metric: 'cpu', against: 'empty script', difference: 15 }],
  async contestants(setting) {
    const script = join(setting.directory, 'empty.cjs')
    await writeFile(script, '')
    const empty = { file: process.execPath, args: ['--disable-warning=ExperimentalWarning', script], env: {} }
    const subjects = await eachSubject(setting, async (subject) => sampleOf(subject.command('--version')))
    return [...subjects, { name: 'empty script', sample: sampleOf(empty) }]
  }
}
