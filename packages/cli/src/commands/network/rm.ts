import type { CommandModule } from '../../command.ts'
import { removalExitCodes } from '../../exit-code.ts'
import { checkArguments } from '../arguments.ts'
import { forEachName } from '../report.ts'

export const command: CommandModule = {
  usage: '[options] NETWORK [NETWORK...]',
  description: 'Prints each network that was removed. Exits with 1 when one does not exist, with 2 when one is in use.',
  flags: [{ name: 'force', short: 'f', kind: 'bool', help: 'Remove the containers that use it too; none that is missing is an error' }],
  async run(context) {
    checkArguments(context.args, 1)
    const { networks } = await context.engine()
    const force = context.flags.bool('force')
    return await forEachName(context, context.args, async name => {
      await networks.remove(name, { signal: context.interruption.signal, force })
      return name
    }, { exitCodes: removalExitCodes, ignoreMissing: force })
  }
}
