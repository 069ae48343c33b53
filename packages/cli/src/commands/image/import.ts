import { createReadStream } from 'node:fs'
import { EngineError } from '@runcible/interface'
import type { CommandContext, CommandModule } from '../../command.ts'
import { platformFlags, readPlatform } from '../../flags/transfer.ts'
import { transferView } from '../../progress/transfer.ts'
import { checkArguments } from '../arguments.ts'
import { changeFlag } from './change-flag.ts'
import { download } from './download.ts'

export const command: CommandModule = {
  usage: '[options] FILE|URL|- [NAME]',
  description:
    'Reads a tar archive, also a compressed one, from a file, an http or https URL or the standard input.\nPrints the id of the image.',
  flags: [
    changeFlag,
    { name: 'message', short: 'm', kind: 'string', value: 'text', help: 'Comment in the history' },
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Do not show the progress' },
    ...platformFlags
  ],
  examples: ['runcible import -c \'CMD=["sh"]\' rootfs.tar mine:1'],
  async run(context) {
    const { flags, args, stdio, interruption } = context
    checkArguments(args, 1, 2)
    const [source, name] = args as [string, string?]
    const message = flags.text('message')
    const changes = flags.list('change')
    const request = {
      ...readPlatform(flags),
      ...(name === undefined ? {} : { name }),
      ...(message === undefined ? {} : { message }),
      ...(changes.length === 0 ? {} : { changes })
    }
    const view = flags.bool('quiet') ? undefined : transferView(stdio.stderr, 'Copying')
    const onProgress =
      view === undefined
        ? undefined
        : (event: Parameters<typeof view.onProgress>[0] | { readonly type: 'step' }) => {
            if (event.type !== 'step') view.onProgress(event)
          }
    try {
      const { images } = await context.engine()
      const image = await images.import(openArchive(source, context), request, {
        signal: interruption.signal,
        onProgress
      })
      stdio.stdout.write(`sha256:${image.id}\n`)
    } finally {
      view?.finish()
    }
  }
}

async function* openArchive(source: string, { stdio, interruption }: CommandContext): AsyncGenerator<Uint8Array> {
  if (source === '-') yield* stdio.stdin
  else if (/^https?:\/\//i.test(source)) yield* download(source, interruption.signal)
  else {
    try {
      yield* createReadStream(source)
    } catch (error) {
      throw new EngineError('invalid-argument', `cannot read ${source}: ${(error as Error).message}`, { cause: error })
    }
  }
}
