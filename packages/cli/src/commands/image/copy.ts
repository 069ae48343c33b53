import { writeFileSync } from 'node:fs'
import type { CommandModule } from '../../command.ts'
import { copyFlags, readCopy } from '../../flags/copy.ts'
import { policyFlags, readSignaturePlaces, readSignaturePolicy, readSigning, signFlags } from '../../flags/sign.ts'
import { withinTime } from '../../flags/whole-command.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { copyView } from './copy-view.ts'

export const command: CommandModule = {
  usage: '[options] SOURCE DESTINATION',
  description:
    'Places are named with their transport: docker://NAME, oci:PATH[:NAME], oci-archive:FILE[:NAME],\n' +
    'docker-archive:FILE[:NAME], docker-daemon:NAME, dir:PATH, containers-storage:NAME for the images here. Digests stay what\n' +
    'they are unless another format or compression is asked for, or the destination cannot hold what the source has.',
  flags: [
    ...copyFlags,
    {
      name: 'additional-tag',
      kind: 'csv',
      value: 'name',
      help: 'Further names for the image (docker-archive:)'
    },
    { name: 'digestfile', kind: 'string', value: 'file', help: 'Write the digest of the copied manifest to a file' },
    { name: 'image-parallel-copies', kind: 'int', value: 'count', help: 'Layers that are copied at a time' },
    {
      name: 'multi-arch',
      kind: 'string',
      value: 'system|all|index-only',
      help: 'What to copy of an index of several images'
    },
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Do not show the progress' },
    { name: 'sign-identity', kind: 'string', value: 'name', help: "Name to sign for, in place of the destination's" },
    ...signFlags,
    ...policyFlags
  ],
  examples: [
    'runcible image copy docker://quay.io/a/app:1 docker://registry.example.com/mirror/app:1',
    'runcible image copy --all docker://alpine oci:layout:alpine',
    'runcible image copy --dest-compress-format zstd --dest-force-compress-format oci:layout:app docker://localhost:5000/app'
  ],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 2, 2)
    const parallel = flags.number('image-parallel-copies')
    const tags = flags.list('additional-tag')
    const signIdentity = flags.text('sign-identity')
    const copy = readCopy(flags)
    const places = readSignaturePlaces(flags)
    const request = {
      ...copy,
      ...(await readSigning(flags, stdio)),
      source: { ...copy.source, ...readSignaturePolicy(flags), ...places },
      destination: { ...copy.destination, ...places },
      ...multiArch(flags.text('multi-arch'), flags.bool('all')),
      ...(tags.length === 0 ? {} : { tags }),
      ...(signIdentity === undefined ? {} : { signIdentity }),
      ...(parallel === undefined ? {} : { parallel: positive(parallel) })
    }
    const signal = withinTime(flags, interruption.signal)
    const digestFile = flags.text('digestfile')
    const view = copyView(stdio, flags.bool('quiet'))
    try {
      const { images } = await engine()
      const { digest } = await images.copy(args[0]!, args[1]!, request, {
        signal,
        onProgress: view.onProgress
      })
      if (digestFile !== undefined) writeFileSync(digestFile, digest)
    } finally {
      view.finish()
    }
  }
}

function multiArch(text: string | undefined, all: boolean) {
  if (text === undefined) return {}
  if (all) throw new UsageError('--all excludes --multi-arch')
  if (text === 'system' || text === 'all' || text === 'index-only') return { images: text } as const
  throw new UsageError(`unknown choice for --multi-arch: "${text}"; use system, all or index-only`)
}

function positive(count: number): number {
  if (count > 0) return count
  throw new UsageError('--image-parallel-copies must be 1 or more')
}
