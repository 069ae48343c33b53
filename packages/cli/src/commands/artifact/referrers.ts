import type { Descriptor } from '@runcible/oci-spec'
import type { CommandModule } from '../../command.ts'
import { readRegistry, registryFlags } from '../../flags/transfer.ts'
import { humanSize } from '../../format/human.ts'
import { formatList } from '../../format/list.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options] IMAGE',
  description:
    'Signatures, SBOMs and other artifacts about an image, asked at its registry. Fetch one with\n' +
    '"runcible artifact pull REPOSITORY@DIGEST".',
  flags: [
    { name: 'type', kind: 'string', value: 'type', help: 'Only artifacts of that media type' },
    { name: 'format', kind: 'string', value: 'template', help: 'json, a Go template, or table and a template' },
    { name: 'noheading', short: 'n', kind: 'bool', help: 'Leave out the headings' },
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Only names to pull them by' },
    ...registryFlags
  ],
  examples: ['runcible artifact referrers --type application/spdx+json registry.example.com/app:1'],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 1, 1)
    const artifactType = flags.text('type')
    const request = { ...readRegistry(flags), ...(artifactType === undefined ? {} : { artifactType }) }
    const { artifacts } = await engine()
    const { repository, subject, referrers } = await artifacts.referrers(args[0]!, request, {
      signal: interruption.signal
    })
    if (flags.bool('quiet')) {
      stdio.stdout.write(referrers.map(({ digest }) => `${repository}@${digest}\n`).join(''))
      return
    }
    stdio.stdout.write(
      formatList({
        format: flags.text('format'),
        table: '{{.Digest}}\t{{.Type}}\t{{.Size}}',
        rows: referrers.map((each) => referrerRow(each, repository)),
        json: () => ({ repository, subject, referrers }),
        noHeading: flags.bool('noheading'),
        terminal: stdio.stdout.isTTY === true
      })
    )
  }
}

const referrerRow = ({ digest, artifactType, size, annotations }: Descriptor, repository: string): object => ({
  Name: `${repository}@${digest}`,
  Digest: digest,
  Type: artifactType ?? '',
  Size: humanSize(size),
  Annotations: annotations ?? {}
})
