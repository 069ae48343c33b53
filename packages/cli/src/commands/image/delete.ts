import type { CommandModule } from '../../command.ts'
import { readBlobs } from '../../flags/copy.ts'
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
  usage: '[options] docker://IMAGE | oci:PATH[:NAME] | docker-daemon:IMAGE',
  description:
    'Deletes the manifest at the registry, and with it every tag that names it. A layout loses the\n' +
    'image with the blobs that no other one in it needs; a Docker daemon the name, and with its last name the image.',
  flags: [
    ...placeFlags(),
    ...repetitionFlags,
    {
      name: 'shared-blob-dir',
      kind: 'string',
      value: 'dir',
      help: 'Directory with the blobs of the image (oci:), which stay'
    },
    daemonFlag(),
    ...wholeCommandFlags
  ],
  examples: ['runcible image delete docker://localhost:5000/app:old', 'runcible image delete oci:layout:old'],
  async run({ flags, args, engine, interruption }) {
    checkArguments(args, 1, 1)
    const request = {
      ...readPlace(flags),
      ...readRepetitions(flags, 'retry-times'),
      ...readBlobs(flags.text('shared-blob-dir')),
      ...readDaemon(flags),
      ...readWholeCommand(flags)
    }
    const signal = withinTime(flags, interruption.signal)
    const { registries } = await engine()
    await registries.remove(args[0]!, request, { signal })
  }
}
