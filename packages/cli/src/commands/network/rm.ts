import type { CommandModule } from '../../command.ts'
import { removalExitCodes } from '../../exit-code.ts'
import { atLeast } from '../../flags/container/group.ts'
import { checkArguments } from '../arguments.ts'
import { forEachName } from '../report.ts'

export const command: CommandModule = {
  usage: '[options] NETWORK [NETWORK...]',
  description: 'Prints each network that was removed. Exits with 1 when one does not exist, with 2 when one is in use.',
  flags: [
    {
      name: 'force',
      short: 'f',
      kind: 'bool',
      help: 'Remove the containers that use it too; none that is missing is an error'
    },
    { name: 'time', short: 't', kind: 'int', value: 'seconds', help: 'With --force: how long to wait before killing' }
  ],
  async run(context) {
    checkArguments(context.args, 1)
    const force = context.flags.bool('force')
    const timeout = atLeast(context.flags, 'time', 0)
    const options = { signal: context.interruption.signal, force, ...(timeout === undefined ? {} : { timeout }) }
    const { networks } = await context.engine()
    return await forEachName(
      context,
      context.args,
      async (name) => {
        await networks.remove(name, options)
        return name
      },
      { exitCodes: removalExitCodes, ignoreMissing: force }
    )
  }
}
