import { writeFileSync } from 'node:fs'
import type { PushRequest } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { compressionFlags, formatFlag, readCompression, readFormat } from '../../flags/image-format.ts'
import { contentTrustFlag, encryptionFlags, refuseContentTrust, refuseEncryption } from '../../flags/refused.ts'
import { readSigning, signFlags } from '../../flags/sign.ts'
import { readRegistry, registryFlags } from '../../flags/transfer.ts'
import type { FlagValues } from '../../flags/values.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { copyView } from './copy-view.ts'

export const command: CommandModule = {
  usage: '[options] IMAGE [DESTINATION]',
  description:
    'DESTINATION is the name on the registry, by default that of the image, or another place with its transport:\n' +
    'docker://NAME, oci:PATH[:NAME], oci-archive:FILE[:NAME], docker-archive:FILE[:NAME], docker-daemon:NAME, dir:PATH.',
  flags: [
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Do not show the progress' },
    { name: 'digestfile', kind: 'string', value: 'file', help: 'Write the digest of the pushed manifest to a file' },
    formatFlag,
    { name: 'compress', kind: 'bool', help: 'Pack plain layers with gzip (dir:)' },
    ...compressionFlags,
    { name: 'remove-signatures', kind: 'bool', help: 'Leave the signatures of the image out' },
    ...signFlags,
    ...registryFlags,
    contentTrustFlag,
    ...encryptionFlags
  ],
  examples: [
    'runcible push app registry.example.com/team/app:1',
    'runcible push --format oci app oci-archive:app.tar:1'
  ],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 1, 2)
    refuseContentTrust(flags)
    refuseEncryption(flags)
    const request = { ...readRequest(flags, args[1]), ...(await readSigning(flags, stdio)) }
    const digestFile = flags.text('digestfile')
    const view = copyView(stdio, flags.bool('quiet'))
    try {
      const { images } = await engine()
      const digest = await images.push(args[0]!, args[1], request, {
        signal: interruption.signal,
        onProgress: view.onProgress
      })
      if (digestFile !== undefined) writeFileSync(digestFile, digest)
    } finally {
      view.finish()
    }
  }
}

function readRequest(flags: FlagValues, destination: string | undefined): PushRequest {
  const isPacked = flags.bool('compress')
  if (isPacked && destination?.startsWith('dir:') !== true)
    throw new UsageError('--compress can only be set when pushing to a directory using the dir: transport')
  return {
    ...readRegistry(flags),
    ...readFormat(flags.text('format')),
    ...(isPacked ? { compression: { format: 'gzip' } } : {}),
    ...readCompression(flags),
    ...(flags.bool('remove-signatures') ? { removeSignatures: true } : {})
  }
}
