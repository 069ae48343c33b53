import type { CommandModule } from '../../command.ts'
import { checkArguments } from '../arguments.ts'
import { checkDiffFormat, diffFormatFlag, printChanges } from '../changes.ts'

export const command: CommandModule = {
  usage: '[options] IMAGE [CONTAINER|IMAGE]',
  description:
    'Tells what the topmost layer changed, or what is different in the second. A: added, C: changed, D: deleted.',
  flags: [diffFormatFlag],
  async run(context) {
    const { args, interruption } = context
    checkArguments(args, 1, 2)
    checkDiffFormat(context)
    const [name, to] = args as [string, string?]
    const { images } = await context.engine()
    const options = { signal: interruption.signal, ...(to === undefined ? {} : { to }) }
    await printChanges(context, images.changes(name, options))
  }
}
