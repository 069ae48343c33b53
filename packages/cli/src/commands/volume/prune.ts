import type { CommandModule } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { escapeControls } from '../../format/escape.ts'
import { parseFilters } from '../../parse/filters.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options]',
  description: 'Removes volumes that no container was made with, named ones too. Prints the name of each.',
  flags: [
    {
      name: 'filter',
      kind: 'list',
      value: 'key=value',
      help: 'Only what matches: name, label, label!, driver, opt, scope, until, dangling'
    },
    { name: 'force', short: 'f', kind: 'bool', help: 'Do not ask' }
  ],
  examples: ['runcible volume prune --force --filter label=job=test'],
  async run(context) {
    const { flags, args, stdio, engine, interruption } = context
    checkArguments(args, 0, 0)
    const filters = parseFilters(flags.list('filter'))
    const { volumes } = await engine()
    const options = { signal: interruption.signal, filters }
    if (!flags.bool('force')) {
      const unused = await volumes.list({ ...options, filters: { ...filters, dangling: ['true'] } })
      if (unused.length === 0) {
        stdio.stdout.write('No dangling volumes found\n')
        return
      }
      const names = unused.map(({ name }) => `\n${escapeControls(name)}`).join('')
      const warning =
        'This will remove all volumes not used by at least one container. The following volumes will be removed:'
      if (!(await confirm(context, `${warning}${names}`))) return
    }
    for (const name of await volumes.prune(options)) stdio.stdout.write(`${name}\n`)
  }
}
