import type { CommandModule } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { parseFilters } from '../../parse/filters.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options]',
  description: 'Removes networks that no container was made for, but the default one. Prints the name of each.',
  flags: [
    { name: 'filter', kind: 'list', value: 'key=value', help: 'Only what matches: label, label!, until, name …' },
    { name: 'force', short: 'f', kind: 'bool', help: 'Do not ask' }
  ],
  async run(context) {
    const { flags, args, stdio, engine, interruption } = context
    checkArguments(args, 0, 0)
    const filters = parseFilters(flags.list('filter'))
    const warning = 'This will remove all networks not used by at least one container.'
    if (!flags.bool('force') && !(await confirm(context, warning))) return
    const { networks } = await engine()
    for (const name of await networks.prune({ signal: interruption.signal, filters })) stdio.stdout.write(`${name}\n`)
  }
}
