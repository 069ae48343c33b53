import type { MountedImage } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { escapeControls } from '../../format/escape.ts'
import { goJsonIndented } from '../../format/json.ts'
import { alignTabs } from '../../format/tabwriter.ts'
import { UsageError } from '../../usage-error.ts'

export const command: CommandModule = {
  usage: '[options] [IMAGE...]',
  description:
    'Prints where the content of the images can be read, until they are unmounted as often or removed. Without an image,\nlists those that are mounted.',
  flags: [
    { name: 'all', short: 'a', kind: 'bool', help: 'Mount every image' },
    { name: 'format', kind: 'string', value: 'format', help: 'json' }
  ],
  examples: ['ls $(runcible image mount alpine)'],
  async run({ flags, args, stdio, engine, interruption }) {
    const all = flags.bool('all')
    if (all && args.length > 0)
      throw new UsageError('when using the --all switch, you may not pass any image names or IDs')
    const format = flags.text('format')
    if (format !== undefined && format !== 'json') throw new UsageError(`unknown --format argument: "${format}"`)
    const { images } = await engine()
    const options = { signal: interruption.signal }
    const names = all ? (await images.list(options)).map(({ id }) => id) : args
    const mounted: MountedImage[] = []
    for (const name of names) mounted.push(await images.mount(name, options))
    const shown = names.length === 0 && !all ? await images.mounted(options) : mounted
    if (format === 'json') stdio.stdout.write(`${goJsonIndented(shown.map(mountReport), 1)}\n`)
    else if (args.length === 1) stdio.stdout.write(`${shown[0]!.path}\n`)
    else stdio.stdout.write(table(shown))
  }
}

const table = (mounted: readonly MountedImage[]): string =>
  alignTabs(
    [...mounted.map(({ image, path }) => `${escapeControls(image.names[0] ?? image.id)}\t${path}`), ''].join('\n')
  )

const mountReport = ({ image, path }: MountedImage) => ({
  id: image.id,
  Names: [image.manifest.digest],
  Repositories: image.names,
  mountpoint: path
})
