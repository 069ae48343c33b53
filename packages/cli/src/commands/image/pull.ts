import type { CommandModule } from '../../command.ts'
import { contentTrustFlag, decryptionFlag, refuseContentTrust, refuseEncryption } from '../../flags/refused.ts'
import { readSignaturePolicy, signaturePolicyFlag } from '../../flags/sign.ts'
import { platformFlags, readPlatform, readPullPolicy, readRegistry, registryFlags } from '../../flags/transfer.ts'
import { checkArguments } from '../arguments.ts'
import { operationProgress } from '../operation-progress.ts'
import { forEachName } from '../report.ts'
import { chooseName } from './choose-name.ts'
import { withAllTags } from './pull-all-tags.ts'

export const command: CommandModule = {
  usage: '[options] IMAGE [IMAGE...]',
  description: 'Prints the id of each image on the standard output, the progress on the standard error.',
  flags: [
    { name: 'all-tags', short: 'a', kind: 'bool', help: 'Pull every tag of the repository' },
    {
      name: 'policy',
      kind: 'string',
      value: 'policy',
      help: 'When to ask the registry: always (default), missing, newer, never'
    },
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Do not show the progress' },
    { name: 'timings', kind: 'bool', help: 'Print how long each step took' },
    ...platformFlags,
    ...registryFlags,
    contentTrustFlag,
    decryptionFlag,
    signaturePolicyFlag
  ],
  examples: [
    'runcible pull alpine:3',
    'runcible pull --all-tags quay.io/podman/hello',
    'runcible pull --tls-verify=false localhost:5000/app'
  ],
  async run(context) {
    const { flags, args, stdio, interruption } = context
    checkArguments(args, 1)
    refuseContentTrust(flags)
    refuseEncryption(flags)
    const policy = readPullPolicy(flags.text('policy'))
    const request = {
      ...readPlatform(flags),
      ...readRegistry(flags),
      ...readSignaturePolicy(flags),
      ...(policy === undefined ? {} : { policy })
    }
    const { images, registries } = await context.engine()
    const { signal } = interruption
    const names = flags.bool('all-tags') ? await withAllTags(registries, args, readRegistry(flags), { signal }) : args
    return await forEachName(context, names, async (given) => {
      const { name, keep } = await chooseName(stdio, registries, given)
      const progress = operationProgress(flags, stdio)
      try {
        const { id } = await images.pull(name, request, { signal, onProgress: progress.onProgress })
        keep()
        return id
      } finally {
        progress.finish()
      }
    })
  }
}
