import { isEngineError } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: 'LIST',
  flags: [],
  async run({ args, engine }) {
    checkArguments(args, 1, 1)
    try {
      await (await engine()).manifests.get(args[0]!)
      return 0
    } catch (error) {
      if (isEngineError(error, 'not-found')) return 1
      throw error
    }
  }
}
