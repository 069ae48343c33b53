import type { CommandModule } from '../../command.ts'
import { checkArguments } from '../arguments.ts'
import { findNetwork, inspectFormatFlag, inspectObjects } from '../inspect-objects.ts'

export const command: CommandModule = {
  usage: '[options] NETWORK [NETWORK...]',
  flags: [inspectFormatFlag],
  async run(context) {
    checkArguments(context.args, 1)
    const engine = await context.engine()
    return await inspectObjects(context, context.args, (name) => findNetwork(engine, name))
  }
}
