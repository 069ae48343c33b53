import { inspectNetwork } from '@runcible/api-schema'
import type { CommandModule } from '../../command.ts'
import { formatList } from '../../format/list.ts'
import { parseFilters } from '../../parse/filters.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options]',
  flags: [
    {
      name: 'filter',
      short: 'f',
      kind: 'list',
      value: 'key=value',
      help: 'Only what matches: name, id, label, driver …'
    },
    { name: 'format', kind: 'string', value: 'template', help: 'json, a Go template, or table and a template' },
    { name: 'no-trunc', kind: 'bool', help: 'Do not shorten the ids' },
    { name: 'noheading', short: 'n', kind: 'bool', help: 'Leave out the headings' },
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Only the names' }
  ],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 0, 0)
    if (flags.bool('quiet') && flags.text('format') !== undefined)
      throw new UsageError('--quiet and --format exclude each other')
    const { networks } = await engine()
    const found = await networks.list({ signal: interruption.signal, filters: parseFilters(flags.list('filter')) })
    const records = found.toSorted((one, other) => one.name.localeCompare(other.name)).map(inspectNetwork)
    const truncate = !flags.bool('no-trunc')
    stdio.stdout.write(
      formatList({
        format: flags.bool('quiet') ? '{{.Name}}' : flags.text('format'),
        table: '{{.ID}}\t{{.Name}}\t{{.Driver}}',
        rows: records.map((record) => ({ ...record, id: truncate ? record.id.slice(0, 12) : record.id })),
        json: () => records,
        indent: 5,
        headings: { ID: 'NETWORK ID' },
        noHeading: flags.bool('noheading'),
        terminal: stdio.stdout.isTTY === true
      })
    )
  }
}
