import { existsSync, writeFileSync } from 'node:fs'
import type { CommandModule } from '../../command.ts'
import { containerFlags, readContainerSpec } from '../../flags/container/spec.ts'
import { UsageError } from '../../usage-error.ts'
import { imageToRun } from './image-to-run.ts'
import { operationProgress } from '../operation-progress.ts'

export const command: CommandModule = {
  usage: '[options] IMAGE [COMMAND [ARG...]]',
  description: 'Prints the id of the new container.',
  stopAtOperand: true,
  flags: [
    { name: 'cidfile', kind: 'string', value: 'file', help: 'Write the id to a new file', group: 'Creating' },
    { name: 'timings', kind: 'bool', help: 'Print how long each step took', group: 'Creating' },
    ...containerFlags
  ],
  examples: ['runcible create --name job alpine sh -c "date"', 'runcible start --attach job'],
  async run({ flags, args, env, globals, stdio, engine, interruption }) {
    const spec = readContainerSpec(flags, args, env, globals.runtime)
    const cidFile = flags.text('cidfile')
    if (cidFile !== undefined && existsSync(cidFile))
      throw new UsageError(`--cidfile ${cidFile} exists: remove it, or name another`)
    const progress = operationProgress(flags, stdio)
    try {
      const opened = await engine()
      const { name, keep } = await imageToRun(stdio, opened, spec.image)
      const { signal } = interruption
      const chosen = { ...spec, image: name }
      const { id } = await opened.containers.create(chosen, { signal, onProgress: progress.onProgress })
      keep()
      if (cidFile !== undefined) writeFileSync(cidFile, id, { flag: 'wx' })
      stdio.stdout.write(`${id}\n`)
    } finally {
      progress.finish()
    }
  }
}
