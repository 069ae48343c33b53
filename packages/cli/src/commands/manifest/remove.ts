import type { CommandModule } from '../../command.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: 'LIST DIGEST',
  description: 'Prints the id of the list.',
  flags: [],
  async run({ args, stdio, engine }) {
    checkArguments(args, 2, 2)
    const { manifests } = await engine()
    stdio.stdout.write(`${(await manifests.removeEntry(args[0]!, args[1]!)).id}\n`)
  }
}
