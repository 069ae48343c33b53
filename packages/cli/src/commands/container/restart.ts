import type { CommandModule } from '../../command.ts'
import { atLeast } from '../../flags/container/group.ts'
import { forEachName } from '../report.ts'
import { selectContainers, selectionFlags } from '../selection.ts'

export const command: CommandModule = {
  usage: '[options] CONTAINER [CONTAINER...]',
  flags: [
    {
      name: 'time',
      short: 't',
      kind: 'int',
      value: 'seconds',
      aliases: ['timeout'],
      help: "How long to wait before killing (default the container's own)"
    },
    { name: 'running', kind: 'bool', help: 'With --all: only those that run', group: 'Which containers' },
    ...selectionFlags('all', 'latest', 'filter', 'cidfile')
  ],
  async run(context) {
    const { flags, args, interruption } = context
    const timeout = atLeast(flags, 'time', 0)
    const engine = await context.engine()
    const names =
      flags.bool('running') && args.length === 0
        ? (await engine.containers.list()).filter(({ status }) => status === 'running').map(({ id }) => id)
        : await selectContainers(context, engine, ['all', 'latest', 'filter', 'cidfile'])
    return await forEachName(context, names, async (name) => {
      await engine.containers.restart(name, {
        signal: interruption.signal,
        ...(timeout === undefined ? {} : { timeout })
      })
      return name
    })
  }
}
