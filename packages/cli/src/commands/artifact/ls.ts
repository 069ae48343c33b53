import { rfc3339 } from '@runcible/api-schema'
import type { Artifact } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { ago, humanSize } from '../../format/human.ts'
import { formatList } from '../../format/list.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options]',
  flags: [
    { name: 'format', kind: 'string', value: 'template', help: 'json, a Go template, or table and a template' },
    { name: 'no-trunc', kind: 'bool', help: 'Do not shorten anything' },
    { name: 'noheading', short: 'n', kind: 'bool', help: 'Leave out the headings' }
  ],
  async run({ flags, args, stdio, engine }) {
    checkArguments(args, 0, 0)
    const { artifacts } = await engine()
    const truncate = !flags.bool('no-trunc')
    const rows = (await artifacts.list()).map((artifact) => artifactRow(artifact, truncate, Date.now()))
    stdio.stdout.write(
      formatList({
        format: flags.text('format'),
        table: '{{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.Created}}\t{{.Size}}',
        rows,
        headings: { VirtualSize: 'VIRTUAL SIZE' },
        noHeading: flags.bool('noheading'),
        terminal: stdio.stdout.isTTY === true
      })
    )
  }
}

function artifactRow({ name, digest, createdAt, size }: Artifact, truncate: boolean, now: number): object {
  const hex = digest.slice(digest.indexOf(':') + 1)
  const at = name.indexOf('@')
  const cut = at >= 0 ? at : name.lastIndexOf(':')
  return {
    Repository: name.slice(0, cut),
    Tag: at >= 0 ? '' : name.slice(cut + 1),
    Digest: truncate ? hex.slice(0, 12) : hex,
    Created: ago(createdAt, now),
    CreatedAt: `${rfc3339(Math.trunc(createdAt / 1000) * 1000)
      .replace('T', ' ')
      .replace('Z', '')} +0000 UTC`,
    Size: humanSize(size),
    VirtualSize: size
  }
}
