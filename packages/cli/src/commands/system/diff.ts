import type { CommandModule } from '../../command.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { checkDiffFormat, diffFormatFlag, printChanges } from '../changes.ts'
import { latestContainer, selectionFlags } from '../selection.ts'

export const command: CommandModule = {
  usage: '[options] CONTAINER|IMAGE [CONTAINER|IMAGE]',
  description:
    'A container is compared to its image, an image to all but its topmost layer. With a second name it is compared\nto that. A: added, C: changed, D: deleted.',
  flags: [diffFormatFlag, ...selectionFlags('latest')],
  async run(context) {
    const { flags, args, interruption } = context
    const latest = flags.bool('latest')
    if (latest && args.length > 0) throw new UsageError('--latest and a name exclude each other')
    if (!latest) checkArguments(args, 1, 2)
    checkDiffFormat(context)
    const engine = await context.engine()
    const [name = await latestContainer(engine), from] = args
    const options = { signal: interruption.signal, ...(from === undefined ? {} : { from }) }
    const { containers, images } = engine
    await printChanges(
      context,
      latest || (await containers.exists(name)) ? containers.changes(name, options) : images.changes(name, options)
    )
  }
}
