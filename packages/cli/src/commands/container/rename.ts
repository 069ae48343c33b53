import type { CommandModule } from '../../command.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: 'CONTAINER NAME',
  flags: [],
  async run({ args, engine }) {
    checkArguments(args, 2, 2)
    await (await engine()).containers.rename(args[0]!, args[1]!)
  }
}
