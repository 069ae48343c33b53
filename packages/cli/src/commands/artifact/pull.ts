import { EngineError } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { readSignaturePolicy, signaturePolicyFlag } from '../../flags/sign.ts'
import { readRegistry, registryFlags } from '../../flags/transfer.ts'
import { checkArguments } from '../arguments.ts'
import { copyView } from '../image/copy-view.ts'

export const command: CommandModule = {
  usage: '[options] ARTIFACT',
  description: 'Prints the digest of the artifact.',
  flags: [
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Do not show the progress' },
    { name: 'decryption-key', kind: 'list', value: 'key', help: 'Not supported' },
    signaturePolicyFlag,
    ...registryFlags
  ],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 1, 1)
    if (flags.has('decryption-key'))
      throw new EngineError('unsupported', 'encrypted artifacts (--decryption-key) are not supported')
    const request = { ...readRegistry(flags), ...readSignaturePolicy(flags) }
    const view = copyView(stdio, flags.bool('quiet'))
    try {
      const { artifacts } = await engine()
      const { digest } = await artifacts.pull(args[0]!, request, {
        signal: interruption.signal,
        onProgress: view.onProgress
      })
      stdio.stdout.write(`${digest.slice(digest.indexOf(':') + 1)}\n`)
    } finally {
      view.finish()
    }
  }
}
