import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { buildRuntimeSpec, serializeSpec } from '@runcible/oci-spec'
import { conmon, findExecutable } from '@runcible/runc-driver'
import { describeContainerRuntime, describeMonitor } from '@runcible/suites'
import { sandbox, specInput } from './support.ts'

describeContainerRuntime('runc behind conmon', sandbox)

describeMonitor('conmon', async () => {
  const { linux, directory, root, rootfs, ...given } = await sandbox()
  const runtime = { path: findExecutable('runc', 'runc'), options: ['--root', join(directory, 'state')] }
  const make = () => conmon({ linux, root, runtime: () => runtime })
  const command = (...args: readonly string[]) => spawnSync(runtime.path, [...runtime.options, ...args])
  const ids: string[] = []
  return {
    monitor: make(),
    other: make(),
    bundle: async (id, args, { stdin = false } = {}) => {
      const bundle = join(root, id)
      mkdirSync(bundle, { recursive: true })
      writeFileSync(
        join(bundle, 'config.json'),
        serializeSpec(buildRuntimeSpec(specInput(args, { rootfs: { path: rootfs } })))
      )
      ids.push(id)
      return { id, bundle, terminal: false, stdin, log: { driver: 'none' } }
    },
    start: async (id) => {
      command('start', id)
    },
    [Symbol.asyncDispose]: async () => {
      for (const id of ids) command('delete', '--force', id)
      await given[Symbol.asyncDispose]()
    }
  }
})
