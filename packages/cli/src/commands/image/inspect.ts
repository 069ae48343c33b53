import { type Engine, isEngineError } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { findImage, inspectFormatFlag, inspectObjects } from '../inspect-objects.ts'
import { inspectLocation, isLocation, locationFlags, refuseLocationFlags } from './inspect-location.ts'

/** What is written as a place can also be the name of an image, such as `oci:1`. */
async function isHere({ images }: Pick<Engine, 'images'>, name: string): Promise<boolean> {
  try {
    return await images.exists(name)
  } catch (error) {
    if (isEngineError(error, 'invalid-argument')) return false
    throw error
  }
}

export const command: CommandModule = {
  usage: '[options] IMAGE [IMAGE...]',
  description:
    'An IMAGE that is not here is named with its place: docker://NAME, oci:PATH[:NAME], oci-archive:FILE, docker-archive:FILE, docker-daemon:NAME or dir:PATH. One such image is printed as skopeo does; nothing of its layers is fetched.',
  flags: [inspectFormatFlag, ...locationFlags],
  examples: ['runcible image inspect alpine:3', 'runcible image inspect --no-tags docker://quay.io/podman/stable'],
  async run(context) {
    const { args } = context
    checkArguments(args, 1)
    const engine = await context.engine()
    const location = args.find(isLocation)
    if (location !== undefined && (location.startsWith('docker://') || !(await isHere(engine, location)))) {
      if (args.length > 1) throw new UsageError(`${location} is not here: inspect it alone`)
      return await inspectLocation(context, location)
    }
    refuseLocationFlags(context)
    return await inspectObjects(context, args, (name) => findImage(engine, name))
  }
}
