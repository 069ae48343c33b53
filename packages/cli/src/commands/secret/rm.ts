import type { CommandModule } from '../../command.ts'
import { UsageError } from '../../usage-error.ts'
import { forEachName } from '../report.ts'

export const command: CommandModule = {
  usage: '[options] SECRET [SECRET...]',
  description: 'Prints the id of each secret that was removed. Containers that have it keep it.',
  flags: [
    { name: 'all', short: 'a', kind: 'bool', help: 'Every secret' },
    { name: 'ignore', short: 'i', kind: 'bool', help: 'Pass over secrets that do not exist' }
  ],
  async run(context) {
    const { flags, args, interruption } = context
    const all = flags.bool('all')
    if (all === args.length > 0)
      throw new UsageError(all ? '--all and a secret exclude each other' : 'name a secret, or give --all')
    const { secrets } = await context.engine()
    const names = all ? (await secrets.list()).map(({ id }) => id) : args
    return await forEachName(context, names, (name) => secrets.remove(name, { signal: interruption.signal }), {
      ignoreMissing: flags.bool('ignore')
    })
  }
}
