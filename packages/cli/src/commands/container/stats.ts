import { setTimeout } from 'node:timers/promises'
import { type ContainerStats, type Engine, isEngineError } from '@runcible/interface'
import type { CommandContext, CommandModule } from '../../command.ts'
import { formatList, isJsonFormat } from '../../format/list.ts'
import { UsageError } from '../../usage-error.ts'
import { readerOf, writeOut } from '../../write.ts'
import { latestContainer, selectionFlags } from '../selection.ts'
import { statsJson, statsRow } from './stats-row.ts'

const table =
  '{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDS}}\t{{.UpTime}}\t{{.AVGCPU}}'
const headings = {
  CPUPerc: 'CPU %',
  AVGCPU: 'AVG CPU %',
  AvgCPU: 'AVG CPU %',
  MemUsage: 'MEM USAGE / LIMIT',
  MemUsageBytes: 'MEM USAGE / LIMIT',
  MemPerc: 'MEM %',
  NetIO: 'NET IO',
  BlockIO: 'BLOCK IO',
  UpTime: 'CPU TIME'
}
const clearScreen = '\x1b[2J\x1b[1;1H'

type Context = Pick<CommandContext, 'flags' | 'args' | 'stdio' | 'interruption'>

export const command: CommandModule = {
  usage: '[options] [CONTAINER...]',
  description:
    'Prints what the running containers, or those named, use, again and again. 100 percent is one processor; the first\ntime it is the average since the start.',
  flags: [
    { name: 'format', kind: 'string', value: 'template', help: 'json, a Go template, or table and a template' },
    { name: 'interval', short: 'i', kind: 'int', value: 'seconds', help: 'Time between two prints (default 5)' },
    { name: 'no-reset', kind: 'bool', help: 'Do not clear the screen between them' },
    { name: 'no-stream', kind: 'bool', help: 'Print once' },
    { name: 'no-trunc', kind: 'bool', help: 'Print ids in full' },
    ...selectionFlags('all', 'latest')
  ],
  examples: ['runcible stats --no-stream', 'runcible stats --format "table {{.Name}} {{.MemUsage}}" web'],
  async run(context) {
    const { flags, args, stdio, interruption } = context
    const interval = flags.number('interval') ?? 5
    if (interval < 1) throw new UsageError('invalid interval, must be a positive number greater zero')
    if ([flags.bool('all'), flags.bool('latest'), args.length > 0].filter(Boolean).length > 1)
      throw new UsageError('--all, --latest and containers cannot be used together')
    // A wrong template is told before anything is waited for.
    print([], context)
    const engine = await context.engine()
    const names = flags.bool('latest') ? [await latestContainer(engine)] : args
    using reader = readerOf(stdio.stdout)
    const signal = AbortSignal.any([interruption.signal, reader.gone])
    let before: ReadonlyMap<string, ContainerStats> = new Map()
    for (;;) {
      const now = await statsOf(engine, names, { signal, all: flags.bool('all') })
      const rows = now.map((stats) => statsRow(stats, before.get(stats.id), flags.bool('no-trunc')))
      before = new Map(now.map((stats) => [stats.id, stats]))
      await writeOut(stdio.stdout, `${clearing(context)}${print(rows, context)}`)
      if (flags.bool('no-stream')) return 0
      await setTimeout(interval * 1000, undefined, { signal }).catch(() => {})
      interruption.signal.throwIfAborted()
      if (reader.gone.aborted) return 141
    }
  }
}

async function statsOf(
  { containers }: Pick<Engine, 'containers'>,
  names: readonly string[],
  { signal, all }: { readonly signal: AbortSignal; readonly all: boolean }
): Promise<readonly ContainerStats[]> {
  if (names.length > 0) return await Promise.all(names.map((name) => containers.stats(name, { signal })))
  const listed = await containers.list({ signal, all })
  const found = await Promise.all(
    listed.map(({ id }) =>
      containers.stats(id, { signal }).catch((error: unknown) => {
        // Removed since it was listed.
        if (!isEngineError(error, 'not-found')) throw error
        return undefined
      })
    )
  )
  return found.filter((stats) => stats !== undefined)
}

function print(rows: readonly object[], { flags, stdio }: Pick<Context, 'flags' | 'stdio'>): string {
  return formatList({
    format: flags.text('format'),
    table,
    rows,
    json: () => rows.map(statsJson),
    indent: 1,
    headings,
    terminal: stdio.stdout.isTTY === true
  })
}

function clearing({ flags, stdio }: Context): string {
  const stays = flags.bool('no-reset') || flags.bool('no-stream') || isJsonFormat(flags.text('format') ?? '')
  return stays || stdio.stdout.isTTY !== true ? '' : clearScreen
}
