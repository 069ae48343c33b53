import type { CommandModule } from '../../command.ts'
import { removalExitCodes } from '../../exit-code.ts'
import { atLeast } from '../../flags/container/group.ts'
import { forEachName } from '../report.ts'
import { selectContainers, selectionFlags } from '../selection.ts'

export const command: CommandModule = {
  usage: '[options] CONTAINER [CONTAINER...]',
  description: 'Prints each container that was removed. Exits with 1 when one does not exist, with 2 when one runs.',
  flags: [
    { name: 'force', short: 'f', kind: 'bool', help: 'Also those that run; none that is missing is an error' },
    { name: 'volumes', short: 'v', kind: 'bool', help: 'Remove their anonymous volumes too' },
    { name: 'time', short: 't', kind: 'int', value: 'seconds', help: 'With --force: how long to wait before killing' },
    ...selectionFlags('all', 'latest', 'cidfile', 'ignore'),
    {
      name: 'filter',
      kind: 'list',
      value: 'key=value',
      help: 'Take the containers that match',
      group: 'Which containers'
    }
  ],
  async run(context) {
    const { flags, interruption } = context
    const force = flags.bool('force')
    const timeout = atLeast(flags, 'time', 0)
    const engine = await context.engine()
    const names = await selectContainers(context, engine, ['all', 'latest', 'cidfile', 'ignore', 'filter'])
    const options = {
      signal: interruption.signal,
      force,
      volumes: flags.bool('volumes'),
      ...(timeout === undefined ? {} : { timeout })
    }
    return await forEachName(
      context,
      names,
      async (name) => {
        await engine.containers.remove(name, options)
        return name
      },
      { exitCodes: removalExitCodes, ignoreMissing: force || flags.bool('ignore') }
    )
  }
}
