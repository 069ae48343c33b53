import { writeFileSync } from 'node:fs'
import type { CommandModule } from '../../command.ts'
import { readRegistry, registryFlags } from '../../flags/transfer.ts'
import { transferView } from '../../progress/transfer.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options] IMAGE [DESTINATION]',
  description: 'DESTINATION is the name on the registry, by default that of the image.',
  flags: [
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Do not show the progress' },
    { name: 'digestfile', kind: 'string', value: 'file', help: 'Write the digest of the pushed manifest to a file' },
    ...registryFlags
  ],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 1, 2)
    const request = readRegistry(flags)
    const digestFile = flags.text('digestfile')
    const view = flags.bool('quiet') ? undefined : transferView(stdio.stderr, 'Copying')
    try {
      const { images } = await engine()
      const digest = await images.push(args[0]!, args[1], request, {
        signal: interruption.signal,
        onProgress: view?.onProgress
      })
      if (digestFile !== undefined) writeFileSync(digestFile, digest)
    } finally {
      view?.finish()
    }
  }
}
