import type { CommandModule } from '../../command.ts'
import { removalExitCodes } from '../../exit-code.ts'
import { escapeControls } from '../../format/escape.ts'
import { UsageError } from '../../usage-error.ts'
import { forEachName } from '../report.ts'

export const command: CommandModule = {
  usage: '[options] IMAGE [IMAGE...]',
  description:
    'A name is taken away; the image goes with its last name. Exits with 1 when an image does not exist, with 2 when\none is in use.',
  flags: [
    { name: 'all', short: 'a', kind: 'bool', help: 'Every image' },
    { name: 'force', short: 'f', kind: 'bool', help: 'Also with several names, and the containers made from it' },
    { name: 'ignore', short: 'i', kind: 'bool', help: 'Pass over images that do not exist' },
    { name: 'no-prune', kind: 'bool', help: 'Keep nameless images that a removed one was made from' }
  ],
  async run(context) {
    const { flags, args, interruption, stdio } = context
    const all = flags.bool('all')
    if (all === args.length > 0)
      throw new UsageError(all ? '--all and an image exclude each other' : 'name an image, or give --all')
    const { images } = await context.engine()
    // By id, several names would be in the way.
    const names = all
      ? (await images.list()).flatMap((image) => (image.names.length > 0 ? image.names : [image.id]))
      : args
    const deleted: string[] = []
    try {
      return await forEachName(
        context,
        names,
        async (name) => {
          const removed = await images.remove(name, {
            signal: interruption.signal,
            force: flags.bool('force'),
            keepParents: flags.bool('no-prune')
          })
          deleted.push(...removed.deleted)
          const lines = removed.untagged.map((tag) => `Untagged: ${escapeControls(tag)}`)
          return lines.length === 0 ? undefined : lines.join('\n')
        },
        { exitCodes: removalExitCodes, ignoreMissing: all || flags.bool('ignore') }
      )
    } finally {
      stdio.stdout.write(deleted.map((id) => `Deleted: ${id}\n`).join(''))
    }
  }
}
