import type { CommandModule } from '../../command.ts'
import { checkArguments } from '../arguments.ts'
import { checkDiffFormat, diffFormatFlag, printChanges } from '../changes.ts'

export const command: CommandModule = {
  usage: '[options] IMAGE [CONTAINER|IMAGE]',
  description:
    'Tells what the topmost layer changed, or compares to the second name. A: added, C: changed, D: deleted.',
  flags: [diffFormatFlag],
  async run(context) {
    const { args, interruption } = context
    checkArguments(args, 1, 2)
    checkDiffFormat(context)
    const [name, from] = args as [string, string?]
    const { images } = await context.engine()
    const options = { signal: interruption.signal, ...(from === undefined ? {} : { from }) }
    await printChanges(context, images.changes(name, options))
  }
}
