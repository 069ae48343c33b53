import { writeFileSync } from 'node:fs'
import type { CommandModule } from '../../command.ts'
import { readSigning, signFlags } from '../../flags/sign.ts'
import { readRegistry, registryFlags } from '../../flags/transfer.ts'
import { checkArguments } from '../arguments.ts'
import { copyView } from '../image/copy-view.ts'

export const command: CommandModule = {
  usage: '[options] ARTIFACT [DESTINATION]',
  description:
    'DESTINATION is the name on the registry, by default that of the artifact. An artifact with a subject is listed\n' +
    'there by "artifact referrers", whether the registry knows referrers or not.',
  flags: [
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Do not show the progress' },
    { name: 'digestfile', kind: 'string', value: 'file', help: 'Write the digest of the pushed artifact to a file' },
    ...signFlags,
    ...registryFlags
  ],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 1, 2)
    const request = { ...readRegistry(flags), ...(await readSigning(flags, stdio)) }
    const digestFile = flags.text('digestfile')
    const view = copyView(stdio, flags.bool('quiet'))
    try {
      const { artifacts } = await engine()
      const digest = await artifacts.push(args[0]!, args[1], request, {
        signal: interruption.signal,
        onProgress: view.onProgress
      })
      if (digestFile !== undefined) writeFileSync(digestFile, digest)
    } finally {
      view.finish()
    }
  }
}
