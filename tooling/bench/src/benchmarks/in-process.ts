import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig, openEngine } from '@runcible/engine'
import { busyboxRootfs } from '@runcible/fixtures'
import type { Benchmark, Contestant, Setting } from '../benchmark.ts'
import { run } from '../measure/command.ts'
import { runciblePaths } from '../subjects/runcible.ts'

/** The library in this process, beside the OCI runtime alone: no monitor, no image, no network. */
export const inProcess: Benchmark = {
  name: 'in-process',
  title: 'create, start, wait and remove through `@runcible/engine` in one process, no network',
  metrics: { wall: { title: 'time', unit: 'ms' } },
  rounds: { full: 20, quick: 5 },
  warmUps: 3,
  targets: [{ metric: 'wall', against: 'runc run', ratio: 2 }],
  contestants: async (setting, undo) => [await library(setting, undo), bareRunc(setting)]
}

async function library({ subjects, image }: Setting, undo: AsyncDisposableStack): Promise<Contestant> {
  const [ours] = subjects
  if (ours === undefined) throw new Error('no subject of ours')
  const config = loadConfig({ flags: runciblePaths(ours.directory) })
  const engine = undo.use(await openEngine({ config, command: [ours.command().file] }))
  const { containers } = engine
  return {
    name: 'runcible (library)',
    async sample() {
      const began = performance.now()
      const { id } = await containers.create({ image, command: ['true'], network: { mode: 'none' } })
      const { attendance } = await containers.start(id, { attend: true })
      await containers.wait(id)
      await containers.cleanup(id)
      await containers.remove(id)
      const wall = performance.now() - began
      await attendance?.[Symbol.asyncDispose]()
      return { wall }
    }
  }
}

function bareRunc({ directory }: Setting): Contestant {
  const bundle = join(directory, 'bundle')
  mkdirSync(join(bundle, 'rootfs'), { recursive: true })
  busyboxRootfs(join(bundle, 'rootfs'))
  spawnSync('runc', ['spec'], { cwd: bundle })
  const configuration = join(bundle, 'config.json')
  const spec = JSON.parse(readFileSync(configuration, 'utf8'))
  spec.process = { ...spec.process, args: ['true'], terminal: false, rlimits: [] }
  writeFileSync(configuration, JSON.stringify(spec))
  const args = ['--root', join(directory, 'runc'), 'run', '--bundle', bundle, `bench-${process.pid}`]
  return { name: 'runc run', sample: async () => ({ wall: (await run({ file: 'runc', args, env: {} })).wall }) }
}
