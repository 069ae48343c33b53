import type { CommandModule } from '../../command.ts'
import { platformFlags, readPlatform, readPullPolicy, readRegistry, registryFlags } from '../../flags/transfer.ts'
import { checkArguments } from '../arguments.ts'
import { operationProgress } from '../operation-progress.ts'
import { forEachName } from '../report.ts'

export const command: CommandModule = {
  usage: '[options] IMAGE [IMAGE...]',
  description: 'Prints the id of each image on the standard output, the progress on the standard error.',
  flags: [
    {
      name: 'policy',
      kind: 'string',
      value: 'policy',
      help: 'When to ask the registry: always (default), missing, newer, never'
    },
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Do not show the progress' },
    { name: 'timings', kind: 'bool', help: 'Print how long each step took' },
    ...platformFlags,
    ...registryFlags
  ],
  examples: ['runcible pull alpine:3', 'runcible pull --tls-verify=false localhost:5000/app'],
  async run(context) {
    const { flags, args, stdio, interruption } = context
    checkArguments(args, 1)
    const policy = readPullPolicy(flags.text('policy'))
    const request = { ...readPlatform(flags), ...readRegistry(flags), ...(policy === undefined ? {} : { policy }) }
    const { images } = await context.engine()
    return await forEachName(context, args, async (name) => {
      const progress = operationProgress(flags, stdio)
      try {
        return (await images.pull(name, request, { signal: interruption.signal, onProgress: progress.onProgress })).id
      } finally {
        progress.finish()
      }
    })
  }
}
