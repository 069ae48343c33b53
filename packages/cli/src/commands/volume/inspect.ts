import type { CommandModule } from '../../command.ts'
import { UsageError } from '../../usage-error.ts'
import { findVolume, inspectFormatFlag, inspectObjects } from '../inspect-objects.ts'

export const command: CommandModule = {
  usage: '[options] VOLUME [VOLUME...]',
  flags: [inspectFormatFlag, { name: 'all', short: 'a', kind: 'bool', help: 'Every volume' }],
  async run(context) {
    const { args, flags } = context
    const all = flags.bool('all')
    if (all === args.length > 0) throw new UsageError('name volumes, or give --all')
    const engine = await context.engine()
    const names = all ? (await engine.volumes.list()).map(({ name }) => name) : args
    return await inspectObjects(context, names, (name) => findVolume(engine, name))
  }
}
