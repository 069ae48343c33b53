import type { CommandModule } from '../../command.ts'
import { readAnnotations } from '../../flags/annotations.ts'
import { checkArguments } from '../arguments.ts'
import { insecureFlag, readInsecure } from './entry-flags.ts'

export const command: CommandModule = {
  usage: '[options] LIST [IMAGE...]',
  description: 'An image is one that is here, or else one of a registry. Prints the id of the list.',
  flags: [
    { name: 'all', kind: 'bool', help: 'Add every image of an index, not only the one for this host' },
    { name: 'amend', short: 'a', kind: 'bool', help: 'Go on with a list that has the name already' },
    { name: 'annotation', kind: 'list', value: 'key=value', help: 'Add an annotation to the list' },
    {
      name: 'tls-verify',
      kind: 'bool',
      defaultValue: true,
      help: 'Demand TLS with a valid certificate (default; =false to allow less)'
    },
    insecureFlag
  ],
  examples: ['runcible manifest create app:1 registry.example.com/app:1-amd64 registry.example.com/app:1-arm64'],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 1)
    const [name, ...images] = args as [string, ...string[]]
    const request = {
      images,
      all: flags.bool('all'),
      amend: flags.bool('amend'),
      ...readAnnotations(flags),
      ...(flags.has('tls-verify') ? { tlsVerify: flags.bool('tls-verify') } : {}),
      ...readInsecure(flags)
    }
    const { manifests } = await engine()
    stdio.stdout.write(`${(await manifests.create(name, request, { signal: interruption.signal })).id}\n`)
  }
}
