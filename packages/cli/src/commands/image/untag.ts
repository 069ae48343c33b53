import type { CommandModule } from '../../command.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: 'IMAGE [NAME...]',
  description: 'Takes the given names from an image, or every name when none is given. The image stays.',
  flags: [],
  async run({ args, engine }) {
    checkArguments(args, 1)
    const { images } = await engine()
    await images.untag(args[0]!, args.length === 1 ? undefined : args.slice(1))
  }
}
