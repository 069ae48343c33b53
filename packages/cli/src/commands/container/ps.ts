import type { ContainerSummary, Engine } from '@runcible/interface'
import type { CommandContext, CommandModule } from '../../command.ts'
import { formatList } from '../../format/list.ts'
import { parseFilters } from '../../parse/filters.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { psJson, psRow } from './ps-row.ts'

export const command: CommandModule = {
  usage: '[options]',
  description: 'Lists what runs; with --all, --last, --latest or a filter for a state also what does not.',
  flags: [
    { name: 'all', short: 'a', kind: 'bool', help: 'Also containers that do not run' },
    {
      name: 'filter',
      short: 'f',
      kind: 'list',
      value: 'key=value',
      help: 'Only what matches: id, name, label, status, ancestor, network, volume …'
    },
    { name: 'last', short: 'n', kind: 'int', value: 'number', help: 'The ones created last, whatever their state' },
    { name: 'latest', short: 'l', kind: 'bool', help: 'The one created last' },
    {
      name: 'sort',
      kind: 'string',
      value: 'field',
      help: 'Order: command, created, id, image, names, runningfor, status'
    },
    {
      name: 'format',
      kind: 'string',
      value: 'template',
      help: 'json, a Go template, or table and a template',
      group: 'Output'
    },
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Only the ids', group: 'Output' },
    { name: 'size', short: 's', kind: 'bool', help: 'Add the size on disk', group: 'Output' },
    { name: 'no-trunc', kind: 'bool', help: 'Do not shorten anything', group: 'Output' },
    { name: 'noheading', kind: 'bool', help: 'Leave out the headings', group: 'Output' }
  ],
  examples: ["runcible ps -a --filter status=exited --format '{{.Names}}: {{.Status}}'"],
  async run(context) {
    const { flags, args } = context
    checkArguments(args, 0, 0)
    const quiet = flags.bool('quiet')
    const format = flags.text('format')
    if (quiet && format !== undefined) throw new UsageError('--quiet and --format exclude each other')
    const compare = readSort(flags.text('sort'))
    const request = listRequest(context)
    const engine = await context.engine()
    const containers = (await engine.containers.list(request)).toSorted(compare)
    context.stdio.stdout.write(await formatted(engine, containers, context))
  }
}

function listRequest({ flags, interruption }: CommandContext): Parameters<Engine['containers']['list']>[0] {
  const last = flags.bool('latest') ? 1 : flags.number('last')
  if (flags.bool('latest') && flags.has('last')) throw new UsageError('--last and --latest exclude each other')
  const filters = parseFilters(flags.list('filter'))
  return {
    signal: interruption.signal,
    all: flags.bool('all') || 'status' in filters || 'exited' in filters,
    filters,
    ...(last === undefined ? {} : { last })
  }
}

async function formatted(
  engine: Engine,
  containers: readonly ContainerSummary[],
  { flags, stdio }: CommandContext
): Promise<string> {
  const truncate = !flags.bool('no-trunc')
  const format = flags.bool('quiet') ? '{{.ID}}' : flags.text('format')
  const sizes = flags.bool('size') ? await readSizes(engine, containers) : new Map<string, never>()
  const now = Date.now()
  const options = (container: ContainerSummary): Parameters<typeof psRow>[1] => ({
    truncate,
    now,
    size: sizes.get(container.id)
  })
  return formatList({
    format,
    table: `{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}${flags.bool('size') ? '\t{{.Size}}' : ''}`,
    rows: containers.map((container) => psRow(container, options(container))),
    json: () => containers.map((container) => psJson(container, options(container))),
    indent: 2,
    headings: { ID: 'CONTAINER ID', ImageID: 'IMAGE ID', RunningFor: 'CREATED', CreatedHuman: 'CREATED', Pid: 'PID' },
    noHeading: flags.bool('noheading'),
    terminal: stdio.stdout.isTTY === true
  })
}

async function readSizes(
  engine: Engine,
  containers: readonly ContainerSummary[]
): Promise<ReadonlyMap<string, { rwSize: number; rootFsSize: number }>> {
  const sizes = new Map<string, { rwSize: number; rootFsSize: number }>()
  for (const { id } of containers) {
    const { size } = await engine.containers.inspect(id, { size: true })
    if (size !== undefined) sizes.set(id, { rwSize: size.rw, rootFsSize: size.rootfs })
  }
  return sizes
}

type Order = (one: ContainerSummary, other: ContainerSummary) => number

function readSort(field: string | undefined): Order {
  const by =
    (key: (container: ContainerSummary) => string): Order =>
    (one, other) =>
      key(one).localeCompare(key(other))
  const orders: Readonly<Record<string, Order>> = {
    command: by(({ config }) => config.command.join(' ')),
    created: (one, other) => one.createdAt - other.createdAt,
    id: by(({ id }) => id),
    image: by(({ config }) => config.image.name),
    names: by(({ name }) => name),
    runningfor: (one, other) => (one.startedAt ?? 0) - (other.startedAt ?? 0),
    status: by(({ status }) => status)
  }
  const order = Object.hasOwn(orders, field ?? 'created') ? orders[field ?? 'created'] : undefined
  if (order === undefined)
    throw new UsageError(`invalid value for --sort: "${field}" is none of ${Object.keys(orders).join(', ')}`)
  return order
}
