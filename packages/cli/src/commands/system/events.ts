import { nanosecondTime, printEvent } from '@runcible/api-schema'
import { EngineError, type EngineEvent, type SubscribeRequest } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { escapeControls } from '../../format/escape.ts'
import { goJson } from '../../format/json.ts'
import { isJsonFormat } from '../../format/list.ts'
import { compileTemplate } from '../../format/template/template.ts'
import { parseFilters } from '../../parse/filters.ts'
import { parseDuration, parseInstant } from '../../parse/time.ts'
import { UsageError } from '../../usage-error.ts'
import { readerOf, writeOut } from '../../write.ts'
import { checkArguments } from '../arguments.ts'

const keys = ['container', 'event', 'image', 'label', 'network', 'pod', 'type', 'volume']
const types = ['container', 'image', 'network', 'pod', 'system', 'volume']

export const command: CommandModule = {
  usage: '[options]',
  description:
    'Prints what happens from now on. With --since or --until, or with --stream=false, also what has happened before.',
  flags: [
    {
      name: 'filter',
      short: 'f',
      kind: 'list',
      value: 'key=value',
      help: `Only what matches: ${keys.join(', ')}`
    },
    { name: 'format', kind: 'string', value: 'template', help: 'json, or a Go template' },
    { name: 'no-trunc', kind: 'bool', defaultValue: true, help: 'Print ids in full (default); =false shortens them' },
    {
      name: 'since',
      kind: 'string',
      value: 'time',
      help: 'From then on: 10m ago, 2024-01-31T10:00:00, or seconds since the epoch'
    },
    { name: 'stream', kind: 'bool', defaultValue: true, help: 'Wait for more (default); =false prints what there is' },
    { name: 'until', kind: 'string', value: 'time', help: 'End then; a duration counts from now: 10m, -10m' }
  ],
  examples: [
    'runcible events --filter type=container --filter event=died',
    'runcible events --since 1h --stream=false'
  ],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 0, 0)
    const { stdout } = stdio
    const terminal = stdout.isTTY === true
    const show = formatter(flags.text('format'), { truncate: !flags.bool('no-trunc'), terminal })
    using reader = readerOf(stdout)
    const request = {
      signal: AbortSignal.any([interruption.signal, reader.gone]),
      filters: readFilters(flags.list('filter')),
      ...period(flags.text('since'), flags.text('until'), flags.bool('stream'))
    }
    const { events } = await engine()
    for await (const event of events.subscribe(request)) await writeOut(stdout, `${show(event)}\n`)
    interruption.signal.throwIfAborted()
    return reader.gone.aborted ? 141 : 0
  }
}

/** As Podman has it: a duration is a time ago in `--since`, and ahead in `--until`. */
function period(
  since: string | undefined,
  until: string | undefined,
  stream: boolean
): Pick<SubscribeRequest, 'since' | 'until'> {
  const now = BigInt(Date.now()) * 1_000_000n
  const ahead = until === undefined ? undefined : parseDuration(until)
  const wanted =
    until === undefined
      ? undefined
      : ahead === undefined || until === '0'
        ? parseInstant(until, '--until')
        : now + BigInt(Math.round(ahead))
  const end = stream || (wanted !== undefined && wanted < now) ? wanted : now + 1_000_000n
  if (since !== undefined)
    return { since: parseInstant(since, '--since'), ...(end === undefined ? {} : { until: end }) }
  return end === undefined ? {} : { since: 0n, until: end }
}

/** `status` is another word for `event`, and `die` Docker's for `died`. */
function readFilters(words: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const filters: Record<string, readonly string[]> = {}
  for (const [word, values] of Object.entries(parseFilters(words))) {
    const lower = word.toLowerCase()
    const key = lower === 'status' ? 'event' : lower
    if (!keys.includes(key))
      throw new EngineError('invalid-argument', `${word} is an invalid filter`, {
        hint: `known filters: ${keys.join(', ')}`
      })
    filters[key] = [...(filters[key] ?? []), ...values.map((value) => (value === 'die' ? 'died' : value))]
  }
  const unknown = filters['type']?.find((type) => !types.includes(type))
  if (unknown !== undefined)
    throw new UsageError(`invalid value for --filter: type=${unknown} is none of ${types.join(', ')}`)
  return filters
}

interface Show {
  readonly truncate: boolean
  readonly terminal: boolean
}

function formatter(format: string | undefined, { truncate, terminal }: Show): (event: EngineEvent) => string {
  if (format === undefined) return (event) => escapeControls(eventLine(event, truncate))
  if (isJsonFormat(format)) return (event) => goJson(printEvent(event))
  if (format.startsWith('table'))
    throw new UsageError('invalid value for --format: events come one by one and make no table')
  const template = compileTemplate(format.replaceAll('\\t', '\t').replaceAll('\\n', '\n'))
  return (event) => template.render(printEvent(event, goTime(event.time)), terminal ? escapeControls : undefined)
}

function eventLine(event: EngineEvent, truncate: boolean): string {
  const id = truncate ? event.id.slice(0, 12) : event.id
  const what = `${goTime(event.time)} ${event.type} ${event.action}`
  switch (event.type) {
    case 'container':
    case 'pod': {
      const { image = '', containerExitCode: _code, ...others } = event.attributes
      const details = Object.entries(others).map(([name, value]) => `, ${name}=${value}`)
      return `${what} ${id} (image=${image}, name=${event.name}${details.join('')})`
    }
    case 'volume':
      return `${what} ${event.name}`
    case 'network':
      return `${what} ${id} (name=${event.name})`
    default:
      return `${what} ${id} ${event.name}`
  }
}

const goTime = (time: bigint): string => nanosecondTime(time).replace('T', ' ').replace('Z', ' +0000 UTC')
