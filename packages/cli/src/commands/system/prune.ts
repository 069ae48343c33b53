import { EngineError } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { humanSize } from '../../format/human.ts'
import { parseFilters } from '../../parse/filters.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options]',
  description: 'Removes what is not used: containers that do not run, networks, images, and with --volumes volumes.',
  flags: [
    { name: 'all', short: 'a', kind: 'bool', help: 'Also images with names that no container was made from' },
    { name: 'build', kind: 'bool', help: 'Refused: nothing is built here that could leave a container' },
    { name: 'external', kind: 'bool', help: 'Refused: no other tool has containers in this store' },
    { name: 'filter', kind: 'list', value: 'key=value', help: 'Only what matches: label, label!, until' },
    { name: 'force', short: 'f', kind: 'bool', help: 'Do not ask' },
    { name: 'volumes', kind: 'bool', help: 'Also volumes that no container was made with' }
  ],
  examples: ['runcible system prune --all --force --filter until=240h'],
  async run(context) {
    const { flags, args, stdio, engine, interruption } = context
    checkArguments(args, 0, 0)
    if (flags.bool('build'))
      throw new EngineError('unsupported', '--build: there are no build containers, since images are not built here')
    if (flags.bool('external'))
      throw new EngineError('unsupported', '--external: no other tool has containers in this store')
    const [all, volumes] = [flags.bool('all'), flags.bool('volumes')]
    const filters = parseFilters(flags.list('filter'))
    if (!flags.bool('force') && !(await confirm(context, warningOf(all, volumes)))) return
    const { system } = await engine()
    const removed = await system.prune({ signal: interruption.signal, all, volumes, filters })
    const part = (title: string, names: readonly string[]) =>
      names.length === 0 ? '' : [`Deleted ${title}`, ...names, ''].join('\n')
    stdio.stdout.write(
      [
        part('Containers', removed.containers),
        part('Volumes', removed.volumes),
        part('Images', removed.images),
        part('Networks', removed.networks),
        `Total reclaimed space: ${humanSize(removed.reclaimed)}\n`
      ].join('')
    )
  }
}

function warningOf(all: boolean, volumes: boolean): string {
  const lines = [
    'all stopped containers',
    'all networks not used by at least one container',
    ...(volumes ? ['all volumes not used by at least one container'] : []),
    all ? 'all images without at least one container associated with them' : 'all dangling images'
  ]
  return ['This command removes:', ...lines.map((line) => `\t- ${line}`), ''].join('\n')
}
