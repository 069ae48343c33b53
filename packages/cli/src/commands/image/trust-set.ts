import type { TrustType } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'

const types: readonly TrustType[] = ['accept', 'reject', 'signedBy', 'sigstoreSigned']

export const command: CommandModule = {
  usage: '[options] REGISTRY',
  description:
    'Writes what images of REGISTRY need into policy.json, and keeps everything else in it. REGISTRY is a registry,\n' +
    'a namespace, a repository, *.HOST, or "default" for all that nothing else is said about.',
  flags: [
    {
      name: 'pubkeysfile',
      short: 'f',
      kind: 'csv',
      value: 'file',
      help: 'Public key to trust; may be given several times'
    },
    {
      name: 'type',
      short: 't',
      kind: 'string',
      value: 'type',
      help: 'accept, reject, signedBy (default; keys of GnuPG) or sigstoreSigned'
    },
    { name: 'policypath', kind: 'string', value: 'file', help: 'policy.json in place of the configured one' }
  ],
  examples: [
    'runcible image trust set --type reject default',
    'runcible image trust set --type sigstoreSigned --pubkeysfile /etc/pki/team.pub registry.example.com/team'
  ],
  async run({ flags, args, engine }) {
    checkArguments(args, 1, 1)
    const text = flags.text('type') ?? 'signedBy'
    const type = types.find((known) => known === text)
    if (type === undefined)
      throw new UsageError(`invalid choice: ${text} (choose from ${types.map((known) => `'${known}'`).join(', ')})`)
    const policyFile = flags.text('policypath')
    const { trust } = await engine()
    await trust.set({
      scope: args[0]!,
      type,
      keyFiles: flags.list('pubkeysfile'),
      ...(policyFile === undefined ? {} : { policyFile })
    })
  }
}
