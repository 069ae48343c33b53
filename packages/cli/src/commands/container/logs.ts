import type { Engine, LogLine, ReadLogRequest } from '@runcible/interface'
import type { CommandContext, CommandModule } from '../../command.ts'
import { escapeControls } from '../../format/escape.ts'
import { parseInstant } from '../../parse/time.ts'
import type { OutputStream } from '../../stdio.ts'
import { UsageError } from '../../usage-error.ts'
import { writeOut } from '../../write.ts'
import { latestContainer, selectionFlags } from '../selection.ts'

/** White, red, yellow, blue, magenta, cyan, green: the order of Podman. */
const colors = [37, 31, 33, 34, 35, 36, 32] as const

export const command: CommandModule = {
  usage: '[options] CONTAINER [CONTAINER...]',
  description: 'What went to the standard error comes on the standard error.',
  flags: [
    { name: 'follow', short: 'f', kind: 'bool', help: 'Go on with what is still written, until the container ends' },
    { name: 'tail', kind: 'string', value: 'number', help: 'Only so many lines from the end (default all)' },
    {
      name: 'since',
      kind: 'string',
      value: 'time',
      help: 'Only what was written since: 10m, 2024-01-31T10:00:00, or seconds since the epoch'
    },
    { name: 'until', kind: 'string', value: 'time', help: 'Only what was written until then' },
    { name: 'timestamps', short: 't', kind: 'bool', help: 'Put the time before each line' },
    { name: 'names', short: 'n', kind: 'bool', help: "Put the container's name before each line" },
    { name: 'color', kind: 'bool', help: 'Print each container in a color of its own' },
    ...selectionFlags('latest')
  ],
  async run(context) {
    const { flags, args, stdio } = context
    const request = readRequest(context)
    const engine = await context.engine()
    const names = flags.bool('latest') ? [await latestContainer(engine)] : args
    if (names.length === 0) throw new UsageError('specify at least one container name or id')
    const show = { timestamps: flags.bool('timestamps'), stdio }
    const streams = await Promise.all(
      names.map(async (name) => ({ name, prefix: await prefixOf(engine, name, names.length > 1, flags.bool('names')) }))
    )
    await Promise.all(
      streams.map(({ name, prefix }, index) => {
        const color = flags.bool('color') ? colors[index % colors.length] : undefined
        return copyLog(engine.containers.logs(name, request), { ...show, prefix, color })
      })
    )
  }
}

function readRequest({ flags, interruption }: CommandContext): ReadLogRequest {
  const tail = readTail(flags.text('tail'))
  const since = flags.text('since')
  const until = flags.text('until')
  return {
    signal: interruption.signal,
    follow: flags.bool('follow'),
    ...(tail === undefined ? {} : { tail }),
    ...(since === undefined ? {} : { since: parseInstant(since, '--since') }),
    ...(until === undefined ? {} : { until: parseInstant(until, '--until') })
  }
}

function readTail(text: string | undefined): number | undefined {
  if (text === undefined || text === 'all' || text === '-1') return undefined
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`invalid value for --tail: "${text}" is not a number of lines`)
  return Number(text)
}

async function prefixOf(engine: Engine, name: string, several: boolean, byName: boolean): Promise<string> {
  if (!several && !byName) return ''
  const container = await engine.containers.inspect(name)
  return byName ? `${escapeControls(container.name)} ` : `${container.id.slice(0, 12)} `
}

interface Show {
  readonly timestamps: boolean
  readonly prefix: string
  /** SGR parameter (ECMA-48 8.3.117). */
  readonly color: number | undefined
  readonly stdio: { readonly stdout: OutputStream; readonly stderr: OutputStream }
}

async function copyLog(lines: AsyncIterable<LogLine>, { timestamps, prefix, color, stdio }: Show): Promise<void> {
  for await (const line of lines) {
    const stream = line.stream === 'stderr' ? stdio.stderr : stdio.stdout
    const time = timestamps ? `${nanosecondTime(line.time)} ` : ''
    const text = `${prefix}${time}${line.text}`
    const shown = color === undefined ? text : `\x1b[${color}m${text}\x1b[0m`
    if (!(await writeOut(stream, `${shown}${line.complete ? '\n' : ''}`))) return
  }
}

/** RFC 3339 with nanoseconds. */
function nanosecondTime(time: bigint): string {
  const whole = new Date(Number(time / 1_000_000_000n) * 1000).toISOString().slice(0, 19)
  return `${whole}.${String(time % 1_000_000_000n).padStart(9, '0')}Z`
}
