import type { CommandModule } from '../../command.ts'
import { placeFlags, readPlace, readRepetitions, repetitionFlags } from '../../flags/transfer.ts'
import { readWholeCommand, wholeCommandFlags, withinTime } from '../../flags/whole-command.ts'
import { goJsonIndented } from '../../format/json.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options] docker://REPOSITORY | docker-archive:FILE',
  flags: [...placeFlags(), ...repetitionFlags, ...wholeCommandFlags],
  examples: ['runcible image list-tags docker://quay.io/podman/stable'],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 1, 1)
    const request = { ...readPlace(flags), ...readRepetitions(flags, 'retry-times'), ...readWholeCommand(flags) }
    const signal = withinTime(flags, interruption.signal)
    const { registries } = await engine()
    const { repository, tags } = await registries.tags(args[0]!, request, { signal })
    const document = { ...(repository === undefined ? {} : { Repository: repository }), Tags: tags }
    stdio.stdout.write(`${goJsonIndented(document, 4)}\n`)
  }
}
