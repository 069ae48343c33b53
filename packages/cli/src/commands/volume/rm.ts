import type { CommandModule } from '../../command.ts'
import { removalExitCodes } from '../../exit-code.ts'
import { atLeast } from '../../flags/container/group.ts'
import { UsageError } from '../../usage-error.ts'
import { forEachName } from '../report.ts'

export const command: CommandModule = {
  usage: '[options] VOLUME [VOLUME...]',
  description: 'Prints each volume that was removed. Exits with 1 when one does not exist, with 2 when one is in use.',
  flags: [
    { name: 'all', short: 'a', kind: 'bool', help: 'Every volume' },
    {
      name: 'force',
      short: 'f',
      kind: 'bool',
      help: 'Remove the containers that use it too; none that is missing is an error'
    },
    { name: 'time', short: 't', kind: 'int', value: 'seconds', help: 'With --force: how long to wait before killing' }
  ],
  async run(context) {
    const all = context.flags.bool('all')
    if (all === context.args.length > 0)
      throw new UsageError(all ? '--all and a volume exclude each other' : 'name a volume, or give --all')
    const timeout = atLeast(context.flags, 'time', 0)
    const { volumes } = await context.engine()
    const force = context.flags.bool('force')
    const options = { signal: context.interruption.signal, force, ...(timeout === undefined ? {} : { timeout }) }
    const names = all ? (await volumes.list()).map((volume) => volume.name) : context.args
    return await forEachName(
      context,
      names,
      async (name) => {
        await volumes.remove(name, options)
        return name
      },
      { exitCodes: removalExitCodes, ignoreMissing: force }
    )
  }
}
