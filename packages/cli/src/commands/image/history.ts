import { rfc3339, withOptional } from '@runcible/api-schema'
import type { ImageHistoryStep } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { ago, humanSize } from '../../format/human.ts'
import { goJsonIndented } from '../../format/json.ts'
import { formatList, isJsonFormat } from '../../format/list.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'

/** Characters of a command that the table shows. */
const commandWidth = 45

export const command: CommandModule = {
  usage: '[options] IMAGE',
  description: 'Prints the steps that an image was made by, the newest first.',
  flags: [
    { name: 'format', kind: 'string', value: 'template', help: 'json, a Go template, or table and a template' },
    {
      name: 'human',
      short: 'H',
      kind: 'bool',
      defaultValue: true,
      help: 'Ages in place of times (default; =false for times)'
    },
    { name: 'no-trunc', kind: 'bool', help: 'Do not shorten anything', aliases: ['notruncate'] },
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Only the ids' }
  ],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 1, 1)
    const format = flags.text('format')
    if (flags.bool('quiet') && format !== undefined) throw new UsageError('--quiet and --format exclude each other')
    const steps = await (await engine()).images.history(args[0]!, { signal: interruption.signal })
    if (format !== undefined && isJsonFormat(format)) {
      stdio.stdout.write(`${goJsonIndented(steps.map(jsonOf), 0)}\n`)
      return
    }
    const truncate = !flags.bool('no-trunc')
    const rows = steps.map((step) => rowOf(step, { truncate, human: flags.bool('human'), now: Date.now() }))
    if (flags.bool('quiet')) {
      stdio.stdout.write(rows.map(({ ID }) => `${ID}\n`).join(''))
      return
    }
    stdio.stdout.write(
      formatList({
        format,
        table: '{{.ID}}\t{{.Created}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}',
        rows,
        headings: { CreatedSince: 'CREATED' },
        terminal: stdio.stdout.isTTY === true
      })
    )
  }
}

const missing = '<missing>'

function jsonOf(step: ImageHistoryStep): object {
  const { id = missing, created, createdBy, size, comment } = step
  return withOptional(
    {
      id,
      created: created ?? '0001-01-01T00:00:00Z',
      CreatedBy: createdBy,
      size,
      comment,
      Created: rfc3339(Math.trunc(timeOf(step) / 1000) * 1000)
    },
    { CreatedBy: createdBy !== '', comment: comment !== '' }
  )
}

function timeOf({ created }: ImageHistoryStep): number {
  const time = Date.parse(created ?? '')
  return Number.isNaN(time) ? 0 : time
}

interface RowOptions {
  readonly truncate: boolean
  readonly human: boolean
  readonly now: number
}

function rowOf(step: ImageHistoryStep, { truncate, human, now }: RowOptions) {
  const time = Math.trunc(timeOf(step) / 1000) * 1000
  const created = human ? ago(timeOf(step), now) : rfc3339(time)
  const { id = missing, createdBy } = step
  const isLong = truncate && createdBy.length > commandWidth
  return {
    ID: truncate && step.id !== undefined ? id.slice(0, 12) : id,
    Created: created,
    CreatedSince: created,
    CreatedAt: `${rfc3339(time).replace('T', ' ').replace('Z', '')} +0000 UTC`,
    CreatedBy: isLong ? `${createdBy.slice(0, commandWidth - 3)}...` : createdBy,
    Size: humanSize(step.size, { digits: 3, space: ' ' }),
    Comment: step.comment,
    Tags: step.tags
  }
}
