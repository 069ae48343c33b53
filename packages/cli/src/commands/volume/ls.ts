import { inspectVolume } from '@runcible/api-schema'
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
      help: 'Only what matches: name, label, label!, driver, opt, scope, until, dangling'
    },
    { name: 'format', kind: 'string', value: 'template', help: 'json, a Go template, or table and a template' },
    { name: 'noheading', short: 'n', kind: 'bool', help: 'Leave out the headings' },
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Only the names' }
  ],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 0, 0)
    if (flags.bool('quiet') && flags.text('format') !== undefined)
      throw new UsageError('--quiet and --format exclude each other')
    const { volumes } = await engine()
    const records = await volumes.list({ signal: interruption.signal, filters: parseFilters(flags.list('filter')) })
    const rows = records
      .toSorted((one, other) => one.name.localeCompare(other.name))
      .map((record) => ({ Anonymous: false, ...inspectVolume(record) }))
    stdio.stdout.write(
      formatList({
        format: flags.bool('quiet') ? '{{.Name}}' : flags.text('format'),
        table: '{{.Driver}}\t{{.Name}}',
        rows,
        headings: { Name: 'VOLUME NAME' },
        noHeading: flags.bool('noheading'),
        terminal: stdio.stdout.isTTY === true
      })
    )
  }
}
