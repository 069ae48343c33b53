import { fstatSync } from 'node:fs'
import type { CommandContext, CommandModule } from '../../command.ts'
import { readSignaturePolicy, signaturePolicyFlag } from '../../flags/sign.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { copyView } from './copy-view.ts'

export const command: CommandModule = {
  usage: '[options]',
  description:
    'Reads what save, docker save and skopeo write: docker-archive and oci-archive, also packed with gzip or zstd, and the\n' +
    'directories oci-dir and docker-dir. Without --input it reads the standard input.',
  flags: [
    { name: 'input', short: 'i', kind: 'string', value: 'path', help: 'Archive or directory to read' },
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Do not show the progress' },
    signaturePolicyFlag
  ],
  examples: ['runcible load -i alpine.tar', 'docker save alpine | runcible load'],
  async run(context) {
    const { args, flags, stdio, interruption } = context
    checkArguments(args, 0, 0)
    const archive = archiveOf(context)
    const view = copyView(stdio, flags.bool('quiet'))
    const { images } = await context.engine()
    const options = { signal: interruption.signal, onProgress: view.onProgress }
    const loaded = await images.load(archive, readSignaturePolicy(flags), options).finally(() => view.finish())
    for (const { id, name } of loaded) stdio.stdout.write(`Loaded image: ${name ?? `sha256:${id}`}\n`)
  }
}

function archiveOf({ flags, stdio }: CommandContext): string | AsyncIterable<Uint8Array> {
  const path = flags.text('input')
  if (path !== undefined) return path
  if (stdio.stdin.isTTY === true)
    throw new UsageError('cannot read from terminal, use command-line redirection or the --input flag')
  // A file can be read in place; a pipe is copied first.
  if (stdio.stdin.fd === 0 && fstatSync(0).isFile()) return '/dev/stdin'
  return stdio.stdin
}
