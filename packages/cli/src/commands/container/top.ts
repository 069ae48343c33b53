import type { CommandModule } from '../../command.ts'
import { escapeControls } from '../../format/escape.ts'
import { alignTabs } from '../../format/tabwriter.ts'
import { UsageError } from '../../usage-error.ts'
import { selectOne, selectionFlags } from '../selection.ts'

export const command: CommandModule = {
  usage: '[options] CONTAINER',
  flags: selectionFlags('latest'),
  async run(context) {
    const { args, stdio } = context
    const extra = args[context.flags.bool('latest') ? 0 : 1]
    if (extra !== undefined)
      throw new UsageError(`choosing columns ("${extra}") is not supported; the columns are fixed`)
    const engine = await context.engine()
    const rows = await engine.containers.top(await selectOne(context, engine), { signal: context.interruption.signal })
    stdio.stdout.write(alignTabs(rows.map((row) => `${row.map(escapeControls).join('\t')}\n`).join('')))
  }
}
