import type { CommandModule } from '../../command.ts'
import { removalExitCodes } from '../../exit-code.ts'
import { UsageError } from '../../usage-error.ts'
import { forEachName } from '../report.ts'

export const command: CommandModule = {
  usage: '[options] ARTIFACT [ARTIFACT...]',
  description: 'Names, or the beginning of a digest. Prints the digest of what was removed.',
  flags: [
    { name: 'all', short: 'a', kind: 'bool', help: 'Every artifact' },
    { name: 'ignore', short: 'i', kind: 'bool', help: 'Pass over artifacts that do not exist' }
  ],
  async run(context) {
    const { flags, args, interruption } = context
    const all = flags.bool('all')
    if (all === args.length > 0)
      throw new UsageError(all ? '--all and an artifact exclude each other' : 'name an artifact, or give --all')
    const { artifacts } = await context.engine()
    const names = all ? (await artifacts.list()).map(({ name }) => name) : args
    return await forEachName(
      context,
      names,
      async (name) => {
        const { digest } = await artifacts.remove(name, { signal: interruption.signal })
        return digest.slice(digest.indexOf(':') + 1)
      },
      { exitCodes: removalExitCodes, ignoreMissing: all || flags.bool('ignore') }
    )
  }
}
