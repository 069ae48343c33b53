import type { CommandModule } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { parseFilters } from '../../parse/filters.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options]',
  description: 'Removes containers that do not run. Prints the id of each.',
  flags: [
    { name: 'force', short: 'f', kind: 'bool', help: 'Do not ask' },
    { name: 'filter', kind: 'list', value: 'key=value', help: 'Only what matches: label, label!, until' }
  ],
  async run(context) {
    const { flags, args, stdio, engine, interruption } = context
    checkArguments(args, 0, 0)
    const filters = parseFilters(flags.list('filter'))
    if (!flags.bool('force') && !(await confirm(context, 'This will remove all non running containers.'))) return
    const { containers } = await engine()
    const removed = await containers.prune({ signal: interruption.signal, filters })
    for (const id of removed) stdio.stdout.write(`${id}\n`)
  }
}
