import type { CommandModule } from '../../command.ts'
import { checkArguments } from '../arguments.ts'
import { readInput } from './read-input.ts'

export const command: CommandModule = {
  usage: '[options] MANIFEST DOCKER-REFERENCE KEY-FINGERPRINT SIGNATURE',
  description:
    'Verifies a GnuPG signature of the manifest in a file. KEY-FINGERPRINT is the key to accept, or "any" of those in\n' +
    'the file given with --public-key-file; without that file the keys are those of your GnuPG.',
  flags: [
    { name: 'public-key-file', kind: 'string', value: 'file', help: 'Public keys, in place of those of your GnuPG' }
  ],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 4, 4)
    const [file, reference, fingerprint, signatureFile] = args as [string, string, string, string]
    const publicKeyFile = flags.text('public-key-file')
    const [manifest, signature] = [readInput(file), readInput(signatureFile)]
    const { trust } = await engine()
    const verified = await trust.verify(
      { manifest, reference, fingerprint, signature, ...(publicKeyFile === undefined ? {} : { publicKeyFile }) },
      { signal: interruption.signal }
    )
    stdio.stdout.write(`Signature verified using fingerprint ${verified.fingerprint}, digest ${verified.digest}\n`)
  }
}
