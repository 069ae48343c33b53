import type { CommandModule } from '../../command.ts'
import { checkArguments } from '../arguments.ts'
import { findImage, inspectFormatFlag, inspectObjects } from '../inspect-objects.ts'

export const command: CommandModule = {
  usage: '[options] IMAGE [IMAGE...]',
  flags: [inspectFormatFlag],
  async run(context) {
    checkArguments(context.args, 1)
    const engine = await context.engine()
    return await inspectObjects(context, context.args, (name) => findImage(engine, name))
  }
}
