import { rfc3339, withOptional, zeroTime } from '@runcible/api-schema'
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
      created: created ?? zeroTime,
      CreatedBy: createdBy,
      size,
      comment,
      Created: wholeSeconds(step)
    },
    { CreatedBy: createdBy !== '', comment: comment !== '' }
  )
}

/** RFC 3339 in whole seconds. */
function wholeSeconds({ created }: ImageHistoryStep): string {
  const time = Date.parse(created ?? '')
  return Number.isNaN(time) ? zeroTime : rfc3339(Math.trunc(time / 1000) * 1000)
}

/** The longest span that Go measures, 2^63 nanoseconds: what never was is 292 years ago. */
const longest = 2 ** 63 / 1e6

interface RowOptions {
  readonly truncate: boolean
  readonly human: boolean
  readonly now: number
}

function rowOf(step: ImageHistoryStep, { truncate, human, now }: RowOptions) {
  const time = wholeSeconds(step)
  const age = Math.min(now - Date.parse(step.created ?? zeroTime), longest)
  const created = human ? ago(now - age, now) : time
  const { id = missing, createdBy } = step
  const isLong = truncate && createdBy.length > commandWidth
  return {
    ID: truncate && step.id !== undefined ? id.slice(0, 12) : id,
    Created: created,
    CreatedSince: created,
    CreatedAt: `${time.replace('T', ' ').replace('Z', '')} +0000 UTC`,
    CreatedBy: isLong ? `${createdBy.slice(0, commandWidth - 3)}...` : createdBy,
    Size: humanSize(step.size, { digits: 3, space: ' ' }),
    Comment: step.comment,
    Tags: step.tags
  }
}
