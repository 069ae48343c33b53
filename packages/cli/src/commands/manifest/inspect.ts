import type { CommandModule } from '../../command.ts'
import { accessFlags, readAccess } from '../../flags/transfer.ts'
import { goJsonIndented } from '../../format/json.ts'
import { checkArguments } from '../arguments.ts'
import { insecureFlag, readInsecure } from './entry-flags.ts'
import { printableManifest } from './printable-manifest.ts'

export const command: CommandModule = {
  usage: '[options] LIST',
  description: 'A list made here, or else the index or manifest of an image here or at a registry.',
  flags: [...accessFlags, insecureFlag],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 1, 1)
    const request = { ...readAccess(flags), ...readInsecure(flags) }
    const { manifests } = await engine()
    const found = await manifests.inspect(args[0]!, request, { signal: interruption.signal })
    const { document, isIndex } = printableManifest(found)
    if (!isIndex) {
      stdio.stderr.write(
        `warning: ${args[0]} is no list but a single image (${found.mediaType}); its manifest follows\n`
      )
    }
    stdio.stdout.write(`${goJsonIndented(document, 4)}\n`)
  }
}
