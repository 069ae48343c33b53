import type { CommandModule } from '../../command.ts'
import { UsageError } from '../../usage-error.ts'
import { forEachName } from '../report.ts'

export const command: CommandModule = {
  usage: '[options] IMAGE [IMAGE...]',
  description: 'Undoes one mounting of each image, and prints the ids of those that were mounted.',
  flags: [
    { name: 'all', short: 'a', kind: 'bool', help: 'Every image that is mounted' },
    { name: 'force', short: 'f', kind: 'bool', help: 'However often it was mounted' }
  ],
  async run(context) {
    const { flags, args, interruption } = context
    const all = flags.bool('all')
    if (all && args.length > 0)
      throw new UsageError('when using the --all switch, you may not pass any image names or IDs')
    if (!all && args.length === 0) throw new UsageError('image name or ID must be specified')
    const { images } = await context.engine()
    const { signal } = interruption
    const names = all ? (await images.mounted({ signal })).map(({ image }) => image.id) : args
    return await forEachName(context, names, (name) => images.unmount(name, { signal, force: flags.bool('force') }))
  }
}
