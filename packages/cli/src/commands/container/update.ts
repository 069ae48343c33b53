import type { ContainerUpdate } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { onlyGiven } from '../../flags/container/group.ts'
import { parseRestart } from '../../flags/container/identity.ts'
import { limitFlags, parseUlimit, readLimits } from '../../flags/container/resources.ts'
import { parseEnvironment } from '../../parse/environment.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { selectionFlags, selectOne } from '../selection.ts'

export const command: CommandModule = {
  usage: '[options] CONTAINER',
  description: 'Limits change at once; environment and ulimits at the next start.',
  flags: [
    ...limitFlags,
    {
      name: 'ulimit',
      kind: 'csv',
      value: 'name=soft[:hard]',
      help: 'Limit of a process, for example nofile=1024:2048'
    },
    {
      name: 'restart',
      kind: 'string',
      value: 'policy',
      help: 'Start it again after an exit: no, on-failure[:times], always, unless-stopped'
    },
    { name: 'env', short: 'e', kind: 'list', value: 'name[=value]', help: 'Set a variable' },
    { name: 'unsetenv', kind: 'list', value: 'name', help: 'Leave out a variable' },
    ...selectionFlags('latest')
  ],
  examples: ['runcible update --memory 256m --cpus 2 web', 'runcible update --restart always web'],
  async run(context) {
    const { flags, args, stdio, env, interruption } = context
    checkArguments(args, 0, 1)
    const change = onlyGiven<ContainerUpdate>({
      resources: readLimits(flags),
      restart: parseRestart(flags.text('restart')),
      env: parseEnvironment([], flags.list('env'), env),
      unsetEnv: flags.list('unsetenv'),
      ulimits: flags.list('ulimit').map(parseUlimit)
    })
    if (Object.keys(change).length === 0) throw new UsageError('nothing to change: give at least one limit or setting')
    const engine = await context.engine()
    const { id } = await engine.containers.update(await selectOne(context, engine), change, {
      signal: interruption.signal
    })
    stdio.stdout.write(`${id}\n`)
  }
}
