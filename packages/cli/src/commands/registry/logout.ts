import type { CommandModule } from '../../command.ts'
import { requireFile } from '../../flags/transfer.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { credentialFileFlags, namedRegistry, readCredentialFiles } from './credential-files.ts'

export const command: CommandModule = {
  usage: '[options] [REGISTRY]',
  description: 'REGISTRY is what was given to login; by default the first registry that short names are looked for in.',
  flags: [
    { name: 'all', short: 'a', kind: 'bool', help: 'Forget the credentials for every registry' },
    ...credentialFileFlags
  ],
  async run({ flags, args, stdio, engine }) {
    checkArguments(args, 0, 1)
    const all = flags.bool('all')
    if (all && args.length > 0) throw new UsageError('--all takes no arguments')
    const files = readCredentialFiles(flags)
    if (files.authFile !== undefined) requireFile(files.authFile, 'authfile', 'file')
    if (files.compatAuthFile !== undefined) requireFile(files.compatAuthFile, 'compat-auth-file', 'file')
    const { registries } = await engine()
    if (all) {
      await registries.logoutAll(files)
      stdio.stdout.write('Removed login credentials for all registries\n')
      return
    }
    const place = namedRegistry(args[0], registries)
    await registries.logout(place, files)
    stdio.stdout.write(`Removed login credentials for ${place}\n`)
  }
}
