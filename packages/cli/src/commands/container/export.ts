import { createWriteStream, rmSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { EngineError } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options] CONTAINER',
  description: 'Writes a tar archive of its file system to the standard output. What is mounted there is left out.',
  flags: [{ name: 'output', short: 'o', kind: 'string', value: 'file', help: 'Write to a file' }],
  examples: ['runcible export web > web.tar', 'runcible export --output web.tar web'],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 1, 1)
    const file = flags.text('output')
    if (file === undefined && stdio.stdout.isTTY === true)
      throw new UsageError('refusing to export to terminal: use --output or redirect')
    const { containers } = await engine()
    const { signal } = interruption
    const tar = containers.export(args[0]!, { signal })
    if (file === undefined) await pipeline(tar, stdio.stdout, { end: false, signal })
    else await writeFile(file, tar, signal)
  }
}

/** What could not be written to its end is not left under the name. */
async function writeFile(file: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  let first: IteratorResult<Uint8Array>
  const iterator = chunks[Symbol.asyncIterator]()
  try {
    // Nothing is opened for a container that is not there.
    first = await iterator.next()
  } catch (error) {
    await iterator.return?.()
    throw error
  }
  async function* all() {
    if (first.done !== true) yield first.value
    yield* { [Symbol.asyncIterator]: () => iterator }
  }
  const stream = createWriteStream(file)
  let opened = false
  stream.once('open', () => (opened = true))
  try {
    await pipeline(all, stream, { signal })
  } catch (error) {
    if (opened) rmSync(file, { force: true })
    if (opened || signal.aborted) throw error
    throw new EngineError('invalid-argument', `cannot write ${file}: ${(error as Error).message}`, { cause: error })
  }
}
