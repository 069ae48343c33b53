import type { StoreFinding } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { escapeControls } from '../../format/escape.ts'
import { parseDuration } from '../../parse/time.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options]',
  description:
    'Compares layers with what they were unpacked from, and blobs with their digests. Prints a line for everything that is\nwrong, and exits with 1 if something is, and was not mended.',
  flags: [
    { name: 'repair', short: 'r', kind: 'bool', help: 'Mend it; remove images that cannot be mended' },
    { name: 'force', short: 'f', kind: 'bool', help: 'With --repair: also the containers made from such images' },
    { name: 'quick', short: 'q', kind: 'bool', help: 'Do not read all of the content' },
    {
      name: 'max',
      short: 'm',
      kind: 'string',
      value: 'duration',
      help: 'Leave things alone that nothing refers to for so long (default 24h)'
    }
  ],
  examples: ['runcible system check --repair'],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 0, 0)
    const max = flags.text('max')
    const findings = await (
      await engine()
    ).system.check({
      signal: interruption.signal,
      repair: flags.bool('repair'),
      force: flags.bool('force'),
      quick: flags.bool('quick'),
      ...(max === undefined ? {} : { keepFor: milliseconds(max) })
    })
    for (const finding of findings) stdio.stdout.write(`${lineOf(finding)}\n`)
    return findings.every(({ outcome }) => outcome?.repaired === true) ? 0 : 1
  }
}

function milliseconds(text: string): number {
  const duration = parseDuration(text)
  if (duration === undefined || duration < 0) throw new UsageError(`invalid value for --max: "${text}" is no duration`)
  return duration / 1e6
}

function lineOf({ kind, subject, images, detail, outcome }: StoreFinding): string {
  const of = images.length === 0 ? '' : ` (image ${images.map((id) => id.slice(0, 12)).join(', ')})`
  const result = outcome === undefined ? '' : `: ${outcome.repaired ? outcome.action : `not mended: ${outcome.action}`}`
  return escapeControls(`${kind.replace('-', ' ')} ${subject}${of}: ${detail}${result}`)
}
