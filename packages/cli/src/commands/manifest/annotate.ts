import type { CommandModule } from '../../command.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { entryFlags, readEntry } from './entry-flags.ts'

export const command: CommandModule = {
  usage: '[options] LIST IMAGE | --index [options] LIST',
  description: 'IMAGE is the digest of an entry, or an image that has it. Prints the id of the list.',
  flags: [
    ...entryFlags,
    {
      name: 'os-features',
      kind: 'csv',
      value: 'feature',
      help: 'Features of the operating system that are needed',
      group: 'What the list says about it'
    },
    { name: 'index', kind: 'bool', help: 'Annotate the list itself' },
    { name: 'subject', kind: 'string', value: 'image', help: 'Image that the list is about' }
  ],
  examples: [
    'runcible manifest annotate --arch arm64 --variant v8 app:1 sha256:…',
    'runcible manifest annotate --index --annotation a=b app:1'
  ],
  async run({ flags, args, stdio, engine, interruption }) {
    const isIndex = flags.bool('index')
    checkArguments(args, isIndex ? 1 : 2, isIndex ? 1 : 2)
    const subject = flags.text('subject')
    const said = readEntry(flags)
    if (isIndex && Object.keys(said.entry ?? {}).some((key) => key !== 'annotations'))
      throw new UsageError('--index goes with --annotation and --subject: a list has no platform of its own')
    const request = {
      ...said,
      ...(isIndex ? {} : { target: args[1]! }),
      ...(subject === undefined ? {} : { subject })
    }
    const { manifests } = await engine()
    stdio.stdout.write(`${(await manifests.annotate(args[0]!, request, { signal: interruption.signal })).id}\n`)
  }
}
