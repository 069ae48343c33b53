import type { CommandModule } from '../../command.ts'
import { parseFilters } from '../../parse/filters.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options]',
  description: 'Prints the id of each container that was removed.',
  flags: [
    { name: 'force', short: 'f', kind: 'bool', help: 'Confirm the removal; nothing is removed without it' },
    { name: 'filter', kind: 'list', value: 'key=value', help: 'Only the containers that match' }
  ],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 0, 0)
    if (!flags.bool('force'))
      throw new UsageError('this removes every container that is not running: confirm with --force')
    const { containers } = await engine()
    const removed = await containers.prune({ signal: interruption.signal, filters: parseFilters(flags.list('filter')) })
    for (const id of removed) stdio.stdout.write(`${id}\n`)
  }
}
