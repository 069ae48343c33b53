import { once } from 'node:events'
import type { SaveOutput, SaveRequest } from '@runcible/interface'
import type { CommandContext, CommandModule } from '../../command.ts'
import type { OutputStream } from '../../stdio.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { copyView } from './copy-view.ts'

/** What a shell shows of a program that a closed pipe ended. */
const closedPipeCode = 141
const isClosedPipe = (error: unknown): boolean => (error as NodeJS.ErrnoException | null)?.code === 'EPIPE'

const formats = ['docker-archive', 'oci-archive', 'oci-dir', 'docker-dir'] as const
type Format = (typeof formats)[number]

export const command: CommandModule = {
  usage: '[options] IMAGE [IMAGE|NAME...]',
  description:
    'Writes to the standard output unless --output names a file or directory. Further NAMEs are added to the one image;\n' +
    'with --multi-image-archive they are images too.',
  flags: [
    { name: 'compress', kind: 'bool', help: 'Pack layers with gzip (docker-dir)' },
    {
      name: 'format',
      kind: 'string',
      value: 'format',
      help: `One of ${formats.join(', ')}; by default docker-archive`
    },
    { name: 'multi-image-archive', short: 'm', kind: 'bool', help: 'Write all the named images (docker-archive)' },
    { name: 'output', short: 'o', kind: 'string', value: 'path', help: 'Write to a file, or a directory' },
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Do not show the progress' },
    { name: 'uncompressed', kind: 'bool', help: 'Keep plain layers plain (oci-archive, oci-dir)' }
  ],
  examples: [
    'runcible save -o alpine.tar alpine:3',
    'runcible save -m alpine:3 busybox | ssh other runcible load',
    'runcible save --format oci-dir -o ./alpine alpine:3'
  ],
  async run(context) {
    const { args, flags, stdio, interruption } = context
    checkArguments(args, 1)
    const request = readRequest(context)
    const output = outputOf(context, request.format ?? 'docker-archive')
    const view = copyView(stdio, flags.bool('quiet'))
    try {
      const { images } = await context.engine()
      await images.save(args, request, output, { signal: interruption.signal, onProgress: view.onProgress })
      return 0
    } catch (error) {
      if (isClosedPipe(error)) return closedPipeCode
      throw error
    } finally {
      view.finish()
    }
  }
}

function readRequest({ flags, args }: CommandContext): SaveRequest {
  const text = flags.text('format') ?? 'docker-archive'
  const format = formats.find((each) => each === text)
  if (format === undefined) throw new UsageError(`format value must be one of ${formats.join(' ')}`)
  const isOci = format === 'oci-archive' || format === 'oci-dir'
  if (flags.bool('compress') && format !== 'docker-dir')
    throw new UsageError("--compress can only be set when --format is 'docker-dir'")
  if (flags.bool('uncompressed') && !isOci)
    throw new UsageError("--uncompressed can only be set when --format is 'oci-archive' or 'oci-dir'")
  if (args.length > 1 && format !== 'docker-archive')
    throw new UsageError(`unsupported format "${format}" for saving multiple images (only docker-archive)`)
  return {
    format,
    ...(flags.bool('multi-image-archive') ? { multi: true } : {}),
    ...(flags.bool('compress') ? { compress: true } : {}),
    ...(flags.bool('uncompressed') ? { uncompressed: true } : {})
  }
}

function outputOf({ flags, stdio }: CommandContext, format: Format): SaveOutput {
  const path = flags.text('output')
  if (path !== undefined) return { path }
  if (format === 'oci-dir' || format === 'docker-dir')
    throw new UsageError(`${format} is a directory: name it with --output`)
  if (stdio.stdout.isTTY === true) throw new UsageError('refusing to save to terminal. Use -o flag or redirect')
  return { write: (chunk) => writeTo(stdio.stdout, chunk) }
}

async function writeTo(stream: OutputStream, chunk: Uint8Array): Promise<void> {
  if (!stream.write(chunk)) await once(stream, 'drain')
}
