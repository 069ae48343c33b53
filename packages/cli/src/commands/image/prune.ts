import { EngineError } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { parseFilters } from '../../parse/filters.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options]',
  description: 'Removes images without a name, or all, that no container was made from. Prints the id of each.',
  flags: [
    { name: 'all', short: 'a', kind: 'bool', help: 'Also images with names' },
    { name: 'filter', kind: 'list', value: 'key=value', help: 'Only what matches: until, label, label!' },
    { name: 'force', short: 'f', kind: 'bool', help: 'Do not ask' },
    {
      name: 'external',
      kind: 'bool',
      help: 'Also images of containers that other tools made; there are none in a store of its own'
    },
    { name: 'build-cache', kind: 'bool', help: 'Refused: nothing is built here that could leave a cache' }
  ],
  examples: ['runcible image prune --all --force --filter until=240h'],
  async run(context) {
    const { flags, args, stdio, engine, interruption } = context
    checkArguments(args, 0, 0)
    if (flags.bool('build-cache'))
      throw new EngineError('unsupported', '--build-cache: there is no build cache, since images are not built here')
    const all = flags.bool('all')
    const filters = parseFilters(flags.list('filter'))
    const warning = all
      ? 'This command removes all images without at least one container associated with them.'
      : 'This command removes all dangling images.'
    if (!flags.bool('force') && !(await confirm(context, warning))) return
    const { images } = await engine()
    const removed = await images.prune({ signal: interruption.signal, all, filters })
    for (const id of removed) stdio.stdout.write(`${id}\n`)
  }
}
