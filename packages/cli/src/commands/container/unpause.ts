import type { CommandModule } from '../../command.ts'
import { forEachName } from '../report.ts'
import { selectContainers, selectionFlags } from '../selection.ts'

export const command: CommandModule = {
  usage: '[options] CONTAINER [CONTAINER...]',
  flags: selectionFlags('all', 'latest', 'filter', 'cidfile'),
  async run(context) {
    const engine = await context.engine()
    const names = await selectContainers(
      context,
      engine,
      ['all', 'latest', 'filter', 'cidfile'],
      ({ status }) => status === 'paused'
    )
    return await forEachName(context, names, async (name) => {
      await engine.containers.unpause(name, { signal: context.interruption.signal })
      return name
    })
  }
}
