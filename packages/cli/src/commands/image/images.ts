import { printImage } from '@runcible/api-schema'
import type { ImageSummary } from '@runcible/interface'
import type { CommandContext, CommandModule } from '../../command.ts'
import { formatList, isJsonFormat } from '../../format/list.ts'
import { parseFilters } from '../../parse/filters.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { imageRows } from './image-rows.ts'

export const command: CommandModule = {
  usage: '[options] [IMAGE]',
  flags: [
    {
      name: 'filter',
      short: 'f',
      kind: 'list',
      value: 'key=value',
      help: 'Only what matches: reference, label, dangling, before, since, until …'
    },
    { name: 'all', short: 'a', kind: 'bool', help: 'Also nameless images that others were made from' },
    { name: 'sort', kind: 'string', value: 'field', help: 'Order: created, id, repository, size, tag' },
    {
      name: 'format',
      kind: 'string',
      value: 'template',
      help: 'json, a Go template, or table and a template',
      group: 'Output'
    },
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Only the ids', group: 'Output' },
    { name: 'history', kind: 'bool', help: 'Add the names that images had', group: 'Output' },
    { name: 'digests', kind: 'bool', help: 'Add the digests', group: 'Output' },
    { name: 'no-trunc', kind: 'bool', help: 'Do not shorten anything', group: 'Output' },
    { name: 'noheading', short: 'n', kind: 'bool', help: 'Leave out the headings', group: 'Output' }
  ],
  async run(context) {
    const { flags, args, stdio } = context
    checkArguments(args, 0, 1)
    if (flags.bool('quiet') && flags.text('format') !== undefined)
      throw new UsageError('--quiet and --format exclude each other')
    const compare = readSort(flags.text('sort'))
    const images = (await listed(context)).toSorted(compare)
    const containers = await containerCounts(context)
    const rows = imageRows(images, { truncate: !flags.bool('no-trunc'), now: Date.now(), containers })
    if (flags.bool('quiet')) {
      stdio.stdout.write([...new Set(rows.map((row) => row.ID))].map((id) => `${id}\n`).join(''))
      return
    }
    const digest = flags.bool('digests') ? '{{.Digest}}\t' : ''
    const history = flags.bool('history') ? '\t{{.History}}' : ''
    stdio.stdout.write(
      formatList({
        format: flags.text('format'),
        table: `{{.Repository}}\t{{.Tag}}\t${digest}{{.ID}}\t{{.Created}}\t{{.Size}}${history}`,
        rows,
        json: () => images.map((image) => printImage(image, containers(image.id))),
        indent: 4,
        headings: {
          ID: 'IMAGE ID',
          Id: 'IMAGE ID',
          CreatedSince: 'CREATED',
          CreatedTime: 'CREATED TIME',
          IsReadOnly: 'R/O',
          ReadOnly: 'R/O',
          RepoTags: 'REPO TAGS'
        },
        noHeading: flags.bool('noheading'),
        terminal: stdio.stdout.isTTY === true
      })
    )
  }
}

async function listed({ flags, args, engine, interruption }: CommandContext): Promise<readonly ImageSummary[]> {
  const filters = parseFilters([...flags.list('filter'), ...args.map((reference) => `reference=${reference}`)])
  const images = await (await engine()).images.list({ signal: interruption.signal, filters })
  // Who asks for one by name, or for such images, gets it.
  const every = flags.bool('all') || args.length > 0 || Object.hasOwn(filters, 'intermediate')
  return every ? images : images.filter(({ intermediate }) => !intermediate)
}

/** How many containers are made from an image; counted only when `--format` may ask. */
async function containerCounts({ flags, engine, interruption }: CommandContext): Promise<(id: string) => number> {
  const format = flags.text('format') ?? ''
  if (!isJsonFormat(format) && !format.includes('Containers')) return () => 0
  const containers = await (await engine()).containers.list({ all: true, signal: interruption.signal })
  return (id) => containers.filter(({ config }) => config.image.id === id).length
}

type Order = (one: ImageSummary, other: ImageSummary) => number

function readSort(field = 'created'): Order {
  const by =
    (key: (image: ImageSummary) => string): Order =>
    (one, other) =>
      key(one).localeCompare(key(other))
  const orders: Readonly<Record<string, Order>> = {
    created: (one, other) => other.createdAt - one.createdAt,
    id: by(({ id }) => id),
    repository: by(({ names }) => names[0] ?? ''),
    size: (one, other) => one.size - other.size,
    tag: by(({ names }) => names[0]?.split(':').at(-1) ?? '')
  }
  const order = Object.hasOwn(orders, field) ? orders[field] : undefined
  if (order === undefined)
    throw new UsageError(`invalid value for --sort: "${field}" is none of ${Object.keys(orders).join(', ')}`)
  return order
}
