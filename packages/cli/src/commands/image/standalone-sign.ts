import { writeFileSync } from 'node:fs'
import type { CommandModule } from '../../command.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { readInput } from './read-input.ts'

export const command: CommandModule = {
  usage: '[options] MANIFEST DOCKER-REFERENCE KEY --output SIGNATURE',
  description: 'Signs the manifest in a file with GnuPG, for the given image name.',
  flags: [
    { name: 'output', short: 'o', kind: 'string', value: 'file', help: 'File for the signature' },
    {
      name: 'passphrase-file',
      kind: 'string',
      value: 'file',
      help: 'File whose first line is the passphrase of the key'
    }
  ],
  async run({ flags, args, engine, interruption }) {
    checkArguments(args, 3, 3)
    const output = flags.text('output')
    if (output === undefined || output === '') throw new UsageError('--output is required')
    const [file, reference, signBy] = args as [string, string, string]
    const passphraseFile = flags.text('passphrase-file')
    const manifest = readInput(file)
    const { trust } = await engine()
    const signature = await trust.sign(
      { manifest, reference, signBy, ...(passphraseFile === undefined ? {} : { passphraseFile }) },
      { signal: interruption.signal }
    )
    writeFileSync(output, signature)
  }
}
