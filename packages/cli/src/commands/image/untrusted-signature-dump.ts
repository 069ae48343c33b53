import type { CommandModule } from '../../command.ts'
import { goJsonIndented } from '../../format/json.ts'
import { checkArguments } from '../arguments.ts'
import { readInput } from './read-input.ts'

export const command: CommandModule = {
  usage: 'SIGNATURE',
  description:
    'Prints what a GnuPG signature in a file says. Nothing of it is verified: anybody can have written it. Use\n' +
    'image standalone-verify, or a policy, to decide anything.',
  flags: [],
  examples: ['runcible image untrusted-signature-dump-without-verification signature-1'],
  async run({ args, stdio, engine, interruption }) {
    checkArguments(args, 1, 1)
    const signature = readInput(args[0]!)
    const { trust } = await engine()
    const said = await trust.readUnverified(signature, { signal: interruption.signal })
    const document = {
      UntrustedDockerManifestDigest: said.digest,
      UntrustedDockerReference: said.reference,
      UntrustedCreatorID: said.creator ?? null,
      UntrustedTimestamp:
        said.timestamp === undefined ? null : new Date(said.timestamp * 1000).toISOString().replace('.000Z', 'Z'),
      UntrustedShortKeyIdentifier: said.keyId
    }
    stdio.stdout.write(`${goJsonIndented(document, 4)}\n`)
  }
}
