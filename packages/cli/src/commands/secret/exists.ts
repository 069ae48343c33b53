import type { CommandModule } from '../../command.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: 'SECRET',
  flags: [],
  async run({ args, engine }) {
    checkArguments(args, 1, 1)
    return (await (await engine()).secrets.exists(args[0]!)) ? 0 : 1
  }
}
