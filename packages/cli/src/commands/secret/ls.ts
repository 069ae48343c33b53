import type { SecretRecord } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { ago } from '../../format/human.ts'
import { formatList } from '../../format/list.ts'
import { parseFilters } from '../../parse/filters.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options]',
  flags: [
    { name: 'filter', short: 'f', kind: 'list', value: 'key=value', help: 'Only what matches: name, id' },
    { name: 'format', kind: 'string', value: 'template', help: 'json, a Go template, or table and a template' },
    { name: 'noheading', short: 'n', kind: 'bool', help: 'Leave out the headings' },
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Only the ids' }
  ],
  async run({ flags, args, stdio, engine }) {
    checkArguments(args, 0, 0)
    if (flags.bool('quiet') && flags.text('format') !== undefined)
      throw new UsageError('--quiet and --format exclude each other')
    const matches = secretFilter(flags.list('filter'))
    const now = Date.now()
    const records = (await (await engine()).secrets.list()).filter(matches)
    const rows = records.map(({ id, name, driver, createdAt, updatedAt }) => ({
      ID: id,
      Name: name,
      Driver: driver,
      CreatedAt: ago(createdAt, now),
      UpdatedAt: ago(updatedAt, now)
    }))
    stdio.stdout.write(
      formatList({
        format: flags.bool('quiet') ? '{{.ID}}' : flags.text('format'),
        table: '{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.CreatedAt}}\t{{.UpdatedAt}}',
        rows,
        headings: { CreatedAt: 'CREATED', UpdatedAt: 'UPDATED' },
        noHeading: flags.bool('noheading'),
        terminal: stdio.stdout.isTTY === true
      })
    )
  }
}

/** Any value of a key, all keys. @throws UsageError */
function secretFilter(words: readonly string[]): (secret: SecretRecord) => boolean {
  const filters = Object.entries(parseFilters(words))
  const unknown = filters.find(([key]) => key !== 'name' && key !== 'id')?.[0]
  if (unknown !== undefined) throw new UsageError(`invalid filter "${unknown}": known are name, id`)
  return (secret) =>
    filters.every(([key, values]) =>
      values.some((value) => (key === 'name' ? secret.name.includes(value) : secret.id.startsWith(value)))
    )
}
