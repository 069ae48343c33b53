import type { CommandModule } from '../../command.ts'
import { readAnnotations } from '../../flags/annotations.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options] ARTIFACT FILE [FILE...]',
  description: 'Prints the digest of the artifact.',
  flags: [
    { name: 'annotation', kind: 'list', value: 'key=value', help: 'Add an annotation to each file' },
    { name: 'append', short: 'a', kind: 'bool', help: 'Add the files to an artifact that is there' },
    { name: 'replace', kind: 'bool', help: 'Take the place of an artifact of that name' },
    { name: 'type', kind: 'string', value: 'type', help: 'Media type of the artifact' },
    {
      name: 'file-type',
      kind: 'string',
      value: 'type',
      help: 'Media type of the files, in place of what they look like'
    },
    {
      name: 'subject',
      kind: 'string',
      value: 'image',
      help: 'Image that the artifact is about; see artifact referrers'
    }
  ],
  examples: [
    'runcible artifact add registry.example.com/models/small:1 weights.bin',
    'runcible artifact add --type application/spdx+json --subject registry.example.com/app:1 registry.example.com/app:1-sbom sbom.json'
  ],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 2)
    const [name, ...files] = args as [string, ...string[]]
    const [type, fileType, subject] = [flags.text('type'), flags.text('file-type'), flags.text('subject')]
    if (flags.bool('append') && type !== undefined) throw new UsageError('--append excludes --type')
    if (flags.bool('append') && flags.bool('replace')) throw new UsageError('--append excludes --replace')
    const request = {
      files,
      ...readAnnotations(flags),
      ...(type === undefined ? {} : { type }),
      ...(fileType === undefined ? {} : { fileType }),
      ...(subject === undefined ? {} : { subject }),
      append: flags.bool('append'),
      replace: flags.bool('replace')
    }
    const { artifacts } = await engine()
    const { digest } = await artifacts.add(name, request, { signal: interruption.signal })
    stdio.stdout.write(`${digest.slice(digest.indexOf(':') + 1)}\n`)
  }
}
