import type { CommandModule } from '../../command.ts'
import {
  daemonFlag,
  placeFlags,
  readDaemon,
  readPlace,
  readRepetitions,
  repetitionFlags
} from '../../flags/transfer.ts'
import { readWholeCommand, wholeCommandFlags, withinTime } from '../../flags/whole-command.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options] docker://IMAGE | docker-daemon:IMAGE',
  description:
    'Deletes the manifest at the registry, and with it every tag that names it. A Docker daemon loses the name, and with\n' +
    'its last name the image.',
  flags: [...placeFlags(), ...repetitionFlags, daemonFlag(), ...wholeCommandFlags],
  examples: ['runcible image delete docker://localhost:5000/app:old'],
  async run({ flags, args, engine, interruption }) {
    checkArguments(args, 1, 1)
    const request = {
      ...readPlace(flags),
      ...readRepetitions(flags, 'retry-times'),
      ...readDaemon(flags),
      ...readWholeCommand(flags)
    }
    const signal = withinTime(flags, interruption.signal)
    const { registries } = await engine()
    await registries.remove(args[0]!, request, { signal })
  }
}
