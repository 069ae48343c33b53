import type { CommandModule } from '../../command.ts'
import { readRegistry, registryFlags } from '../../flags/transfer.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options] IMAGE [IMAGE...]',
  description:
    'Signs images of registries with GnuPG. The signatures go into files: where registries.d says\n' +
    '(lookaside-staging), or into a directory.',
  flags: [
    { name: 'all', short: 'a', kind: 'bool', help: 'Sign each image of a multi-platform image too' },
    { name: 'directory', short: 'd', kind: 'string', value: 'dir', help: 'Directory for the signatures' },
    { name: 'sign-by', kind: 'string', value: 'key', help: 'GnuPG key: fingerprint, id or owner' },
    ...registryFlags
  ],
  examples: ['runcible image sign --sign-by alice@example.org docker://registry.example.com/team/app:1'],
  async run({ flags, args, engine, interruption }) {
    checkArguments(args, 1)
    const signBy = flags.text('sign-by')
    if (signBy === undefined || signBy === '') throw new UsageError('--sign-by is required: which key is to sign?')
    const directory = flags.text('directory')
    const { trust } = await engine()
    for (const name of args) {
      const request = { ...readRegistry(flags), signBy, all: flags.bool('all') }
      await trust.signImage(
        name,
        { ...request, ...(directory === undefined ? {} : { directory }) },
        { signal: interruption.signal }
      )
    }
  }
}
