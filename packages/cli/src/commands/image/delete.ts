import type { CommandModule } from '../../command.ts'
import { placeFlags, readPlace, readRepetitions, repetitionFlags } from '../../flags/transfer.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options] docker://IMAGE',
  description: 'Deletes the manifest at the registry, and with it every tag that names it.',
  flags: [...placeFlags(), ...repetitionFlags],
  examples: ['runcible image delete docker://localhost:5000/app:old'],
  async run({ flags, args, engine, interruption }) {
    checkArguments(args, 1, 1)
    const request = { ...readPlace(flags), ...readRepetitions(flags, 'retry-times') }
    const { registries } = await engine()
    await registries.remove(args[0]!, request, { signal: interruption.signal })
  }
}
