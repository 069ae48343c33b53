import type { CommandModule } from '../../command.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: 'IMAGE NAME [NAME...]',
  flags: [],
  async run({ args, engine }) {
    checkArguments(args, 2)
    const { images } = await engine()
    for (const name of args.slice(1)) await images.tag(args[0]!, name)
  }
}
