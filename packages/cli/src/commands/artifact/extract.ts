import type { CommandModule } from '../../command.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { chooseFiles, extractFiles } from './extract-files.ts'

export const command: CommandModule = {
  usage: '[options] ARTIFACT PATH',
  description:
    'Into a directory that exists, all files go under their own names; to any other path one file alone. What is there is\n' +
    'overwritten.',
  flags: [
    { name: 'title', kind: 'string', value: 'name', help: 'Only the file of that name' },
    {
      name: 'digest',
      kind: 'string',
      value: 'digest',
      help: 'Only the file of that digest, which is its name in a directory'
    }
  ],
  async run({ flags, args, engine, interruption }) {
    checkArguments(args, 2, 2)
    const [name, target] = args as [string, string]
    const [title, digest] = [flags.text('title'), flags.text('digest')]
    if (title !== undefined && digest !== undefined) throw new UsageError('--title excludes --digest')
    const { artifacts } = await engine()
    const { manifest } = await artifacts.get(name)
    const files = chooseFiles(name, manifest, { title, digest })
    await extractFiles({ files, target, byDigest: digest !== undefined, name }, (file) =>
      artifacts.read(name, file, { signal: interruption.signal })
    )
  }
}
