import type { CommandModule } from '../../command.ts'
import { checkArguments } from '../arguments.ts'
import { forEachName } from '../report.ts'

export const command: CommandModule = {
  usage: 'CONTAINER [CONTAINER...]',
  description: 'Called by the monitor of a container when nobody stayed with it. Doing it again does no harm.',
  flags: [],
  async run(context) {
    checkArguments(context.args, 1)
    const { containers } = await context.engine()
    // A container that is gone already is what was wanted.
    return await forEachName(
      context,
      context.args,
      (name) => containers.cleanup(name, { signal: context.interruption.signal }),
      { ignoreMissing: true }
    )
  }
}
