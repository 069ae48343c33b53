import type { CommandModule } from '../../command.ts'
import { removalExitCodes } from '../../exit-code.ts'
import { checkArguments } from '../arguments.ts'
import { forEachName } from '../report.ts'

export const command: CommandModule = {
  usage: '[options] LIST [LIST...]',
  description: 'The images of a list stay.',
  flags: [{ name: 'ignore', short: 'i', kind: 'bool', help: 'Pass over lists that do not exist' }],
  async run(context) {
    const { args, flags, stdio, interruption } = context
    checkArguments(args, 1)
    const { manifests } = await context.engine()
    const deleted: string[] = []
    try {
      return await forEachName(
        context,
        args,
        async (name) => {
          const list = await manifests.remove(name, { signal: interruption.signal })
          deleted.push(list.id)
          return `Untagged: ${list.name}`
        },
        { exitCodes: removalExitCodes, ignoreMissing: flags.bool('ignore') }
      )
    } finally {
      stdio.stdout.write(deleted.map((id) => `Deleted: ${id}\n`).join(''))
    }
  }
}
