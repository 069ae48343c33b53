import type { CommandModule } from '../../command.ts'
import { atLeast } from '../../flags/container/group.ts'
import { forEachName } from '../report.ts'
import { selectContainers, selectionFlags } from '../selection.ts'

export const command: CommandModule = {
  usage: '[options] CONTAINER [CONTAINER...]',
  description:
    'Sends each container its stop signal, and kills it when it has not ended in time. Prints each that was stopped.',
  flags: [
    {
      name: 'time',
      short: 't',
      kind: 'int',
      value: 'seconds',
      aliases: ['timeout'],
      help: "How long to wait before killing (default the container's own)"
    },
    ...selectionFlags('all', 'latest', 'filter', 'cidfile', 'ignore')
  ],
  async run(context) {
    const timeout = atLeast(context.flags, 'time', 0)
    const { containers } = await context.engine()
    const running = (status: string): boolean => status === 'running' || status === 'paused' || status === 'stopping'
    const names = await selectContainers(
      context,
      await context.engine(),
      ['all', 'latest', 'filter', 'cidfile', 'ignore'],
      ({ status }) => running(status)
    )
    return await forEachName(
      context,
      names,
      async (name) => {
        await containers.stop(name, {
          signal: context.interruption.signal,
          ...(timeout === undefined ? {} : { timeout })
        })
        return name
      },
      { ignoreMissing: context.flags.bool('ignore') }
    )
  }
}
