import type { CommandModule } from '../../command.ts'
import { findContainer, inspectFormatFlag, inspectObjects } from '../inspect-objects.ts'
import { selectContainers, selectionFlags } from '../selection.ts'

export const command: CommandModule = {
  usage: '[options] CONTAINER [CONTAINER...]',
  flags: [
    inspectFormatFlag,
    { name: 'size', short: 's', kind: 'bool', help: 'Add the size on disk' },
    ...selectionFlags('latest')
  ],
  async run(context) {
    const engine = await context.engine()
    const names = await selectContainers(context, engine, ['latest'])
    return await inspectObjects(context, names, (name) => findContainer(engine, name, context.flags.bool('size')))
  }
}
