import type { AddArtifactToListRequest, ManifestListEntry } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import type { Flag } from '../../flags/flag.ts'
import { grouped } from '../../flags/flag.ts'
import { readRegistry, registryFlags } from '../../flags/transfer.ts'
import type { FlagValues } from '../../flags/values.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { entryFlags, insecureFlag, readEntry, readInsecure } from './entry-flags.ts'

const artifactFlags: readonly Flag[] = grouped('Files as an artifact', [
  { name: 'artifact', kind: 'bool', help: 'The arguments are files; add an artifact of them' },
  { name: 'artifact-type', kind: 'string', value: 'type', help: 'Media type of the artifact' },
  { name: 'artifact-config', kind: 'string', value: 'text|@file', help: 'Config of the artifact: a text, or a file' },
  { name: 'artifact-config-type', kind: 'string', value: 'type', help: 'Media type of the config' },
  { name: 'artifact-layer-type', kind: 'string', value: 'type', help: 'Media type of the files' },
  { name: 'artifact-exclude-titles', kind: 'bool', help: 'Leave the names of the files out' },
  { name: 'artifact-subject', kind: 'string', value: 'image', help: 'Image that the artifact is about' }
])

export const command: CommandModule = {
  usage: '[options] LIST IMAGE | --artifact [options] LIST FILE...',
  description:
    'An image is one that is here, or else one of a registry; docker://NAME always means a registry. Prints the id of\n' +
    'the list.',
  flags: [
    { name: 'all', kind: 'bool', help: 'Add every image of an index, not only the one for this host' },
    ...entryFlags,
    ...artifactFlags,
    ...registryFlags,
    insecureFlag
  ],
  examples: [
    'runcible manifest add app:1 docker://registry.example.com/app:1-arm64',
    'runcible manifest add --artifact --artifact-type application/vnd.example.sbom app:1 sbom.json'
  ],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 2)
    const [name, ...members] = args as [string, ...string[]]
    const { signal } = interruption
    const entry = readEntry(flags)
    if (flags.bool('artifact')) {
      const request = readArtifact(flags, members, entry)
      const { manifests } = await engine()
      stdio.stdout.write(`${(await manifests.addArtifact(name, request, { signal })).id}\n`)
      return
    }
    checkArguments(args, 2, 2)
    const odd = artifactFlags.find((flag) => flag.name !== 'artifact' && flags.has(flag.name))
    if (odd !== undefined) throw new UsageError(`--${odd.name} goes with --artifact`)
    const request = { all: flags.bool('all'), ...entry, ...readRegistry(flags), ...readInsecure(flags) }
    const { manifests } = await engine()
    stdio.stdout.write(`${(await manifests.add(name, members[0]!, request, { signal })).id}\n`)
  }
}

function readArtifact(
  flags: FlagValues,
  files: readonly string[],
  entry: { readonly entry?: ManifestListEntry }
): AddArtifactToListRequest {
  for (const name of ['all', ...registryFlags.map((flag) => flag.name), 'insecure'])
    if (flags.has(name)) throw new UsageError(`--${name} says nothing about files: leave it out with --artifact`)
  const text = (name: string, key: string): object => {
    const value = flags.text(name)
    return value === undefined ? {} : { [key]: value }
  }
  const config = flags.text('artifact-config')
  return {
    files,
    ...entry,
    ...text('artifact-type', 'type'),
    ...text('artifact-config-type', 'configType'),
    ...text('artifact-layer-type', 'layerType'),
    ...text('artifact-subject', 'subject'),
    ...(config === undefined ? {} : { config: config.startsWith('@') ? { path: config.slice(1) } : { text: config } }),
    ...(flags.bool('artifact-exclude-titles') ? { withoutTitles: true } : {})
  }
}
