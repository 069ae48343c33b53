import type { CommandModule } from '../../command.ts'
import { parseSignal } from '../../parse/signal.ts'
import { forEachName } from '../report.ts'
import { selectContainers, selectionFlags } from '../selection.ts'

export const command: CommandModule = {
  usage: '[options] CONTAINER [CONTAINER...]',
  flags: [
    { name: 'signal', short: 's', kind: 'string', value: 'signal', help: 'Name or number (default KILL)' },
    ...selectionFlags('all', 'latest', 'cidfile')
  ],
  async run(context) {
    const killSignal = parseSignal(context.flags.text('signal') ?? 'KILL', '--signal')
    const engine = await context.engine()
    const names = await selectContainers(
      context,
      engine,
      ['all', 'latest', 'cidfile'],
      ({ status }) => status === 'running' || status === 'paused'
    )
    return await forEachName(context, names, async (name) => {
      await engine.containers.kill(name, { killSignal })
      return name
    })
  }
}
