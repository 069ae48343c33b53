import { readFileSync } from 'node:fs'
import { EngineError } from '@runcible/interface'
import type { CommandContext, CommandModule } from '../../command.ts'
import { parsePairs } from '../../parse/key-value.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'

/** Bytes; longer ones are refused by every engine, so that no more need be read. */
const longest = 512_000

export const command: CommandModule = {
  usage: '[options] NAME FILE|-',
  description: 'Prints the id. With - the secret is read from the standard input.',
  flags: [
    { name: 'driver', short: 'd', kind: 'string', value: 'driver', help: 'Where it is kept (only file)' },
    { name: 'env', kind: 'bool', help: 'FILE names an environment variable' },
    { name: 'ignore', kind: 'bool', help: 'Keep a secret of that name as it is' },
    { name: 'label', short: 'l', kind: 'list', value: 'key=value', help: 'Attach a label' },
    { name: 'replace', kind: 'bool', help: 'Take the place of a secret of that name' }
  ],
  examples: ['runcible secret create db-password ./password.txt', 'runcible secret create --env token API_TOKEN'],
  async run(context) {
    const { flags, args, stdio, interruption } = context
    checkArguments(args, 2, 2)
    if (flags.bool('ignore') && flags.bool('replace')) throw new UsageError('--ignore and --replace exclude each other')
    const driver = flags.text('driver')
    const data = await readSecret(context, args[1]!)
    const { secrets } = await context.engine()
    const { id } = await secrets.create(
      {
        name: args[0]!,
        data,
        labels: parsePairs(flags.list('label'), '--label'),
        ...(driver === undefined ? {} : { driver }),
        ...(flags.bool('replace') ? { onExisting: 'replace' } : flags.bool('ignore') ? { onExisting: 'keep' } : {})
      },
      { signal: interruption.signal }
    )
    stdio.stdout.write(`${id}\n`)
  }
}

async function readSecret({ flags, env, stdio }: CommandContext, source: string): Promise<Uint8Array> {
  if (flags.bool('env')) {
    const value = env[source]
    if (value === undefined) throw new UsageError(`environment variable ${source} is not set`)
    return Buffer.from(value)
  }
  if (source === '-') return await readInput(stdio.stdin)
  try {
    return readFileSync(source)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    const why = code === 'ENOENT' ? 'no such file' : (cause as Error).message
    throw new EngineError('invalid-argument', `secret file ${source}: ${why}`, { cause })
  }
}

async function readInput(stdin: CommandContext['stdio']['stdin']): Promise<Uint8Array> {
  if (stdin.isTTY === true)
    throw new UsageError('the standard input is a terminal: name a file, or send the secret on the standard input')
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stdin as AsyncIterable<Buffer | string>) {
    chunks.push(Buffer.from(chunk))
    length += chunks.at(-1)!.length
    if (length > longest) break
  }
  return Buffer.concat(chunks)
}
