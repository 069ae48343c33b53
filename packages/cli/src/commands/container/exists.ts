import type { CommandModule } from '../../command.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options] CONTAINER',
  flags: [
    {
      name: 'external',
      kind: 'bool',
      help: 'Also containers that other tools made; there are none in a store of its own'
    }
  ],
  async run({ args, engine }) {
    checkArguments(args, 1, 1)
    return (await (await engine()).containers.exists(args[0]!)) ? 0 : 1
  }
}
