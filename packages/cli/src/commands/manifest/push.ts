import { writeFileSync } from 'node:fs'
import type { PushListRequest } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { compressionFlags, formatFlag, readCompression, readFormat } from '../../flags/image-format.ts'
import { readSigning, signFlags } from '../../flags/sign.ts'
import { readRegistry, registryFlags } from '../../flags/transfer.ts'
import type { FlagValues } from '../../flags/values.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { copyView } from '../image/copy-view.ts'
import { insecureFlag, readInsecure } from './entry-flags.ts'

export const command: CommandModule = {
  usage: '[options] LIST [DESTINATION]',
  description:
    'DESTINATION is the name on the registry, by default that of the list, or another place with its transport:\n' +
    'docker://NAME, oci:PATH[:NAME], oci-archive:FILE[:NAME], dir:PATH.',
  flags: [
    {
      name: 'all',
      kind: 'bool',
      defaultValue: true,
      help: 'Also push the images of the list (default; =false not to)'
    },
    {
      name: 'add-compression',
      kind: 'csv',
      value: 'gzip|zstd',
      help: 'Also push each image with its layers packed so, as further entries'
    },
    { name: 'rm', kind: 'bool', help: 'Remove the list here when it has been pushed', aliases: ['purge'] },
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Do not show the progress' },
    { name: 'digestfile', kind: 'string', value: 'file', help: 'Write the digest of the pushed list to a file' },
    formatFlag,
    ...compressionFlags,
    { name: 'remove-signatures', kind: 'bool', help: 'Leave the signatures of the images out' },
    ...signFlags,
    ...registryFlags,
    insecureFlag
  ],
  examples: ['runcible manifest push --rm app:1 docker://registry.example.com/team/app:1'],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 1, 2)
    const request = { ...readRequest(flags), ...(await readSigning(flags, stdio)) }
    const digestFile = flags.text('digestfile')
    const view = copyView(stdio, flags.bool('quiet'))
    const { signal } = interruption
    try {
      const { manifests } = await engine()
      const digest = await manifests.push(args[0]!, args[1], request, { signal, onProgress: view.onProgress })
      if (digestFile !== undefined) writeFileSync(digestFile, digest)
      if (flags.bool('rm')) await manifests.remove(args[0]!, { signal })
    } finally {
      view.finish()
    }
  }
}

function readRequest(flags: FlagValues): PushListRequest {
  return {
    ...readRegistry(flags),
    ...readInsecure(flags),
    ...readFormat(flags.text('format')),
    ...readCompression(flags),
    all: flags.bool('all'),
    ...(flags.has('add-compression') ? { addCompression: flags.list('add-compression').map(addable) } : {}),
    ...(flags.bool('remove-signatures') ? { removeSignatures: true } : {})
  }
}

function addable(format: string): 'gzip' | 'zstd' {
  if (format === 'gzip' || format === 'zstd') return format
  throw new UsageError(`--add-compression: "${format}" is neither gzip nor zstd`)
}
