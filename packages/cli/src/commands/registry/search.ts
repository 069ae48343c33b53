import type { FoundRepository, Registries, SearchRequest } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { readRegistry, registryFlags } from '../../flags/transfer.ts'
import { formatList } from '../../format/list.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { searchFilter } from './search-filters.ts'

/** As Podman's templates and JSON name them. */
interface Row {
  readonly Index: string
  readonly Name: string
  readonly Description: string
  readonly Stars: number
  readonly Official: string
  readonly Automated: string
  readonly Tag: string
}

export const command: CommandModule = {
  usage: '[options] TERM',
  description:
    'TERM may begin with a registry (quay.io/podman); without one each registry is searched that short names are looked for in. Registries without a search list their repositories instead, where they do.',
  flags: [
    { name: 'limit', kind: 'int', value: 'count', help: 'Results of each registry at most (default 25)' },
    {
      name: 'filter',
      short: 'f',
      kind: 'list',
      value: 'filter',
      help: 'Only what matches: is-official, is-automated, stars=N'
    },
    { name: 'list-tags', kind: 'bool', help: 'List the tags of the repository TERM' },
    { name: 'no-trunc', kind: 'bool', help: 'Do not shorten descriptions' },
    { name: 'compatible', kind: 'bool', help: 'Show stars, official and automated too, as Docker does' },
    { name: 'format', kind: 'string', value: 'template', help: 'json, a Go template, or table and a template' },
    ...registryFlags
  ],
  examples: ['runcible search docker.io/nginx --limit 5', 'runcible search --list-tags quay.io/podman/stable'],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 1, 1)
    const [term = ''] = args
    const limit = flags.number('limit') ?? 0
    if (limit < 0) throw new UsageError('--limit must not be negative')
    const listTags = flags.bool('list-tags')
    const filters = flags.list('filter')
    if (listTags && filters.length > 0) throw new UsageError('filters are not applicable to list tags result')
    const matches = searchFilter(filters)
    const request: SearchRequest = { ...readRegistry(flags), ...(limit === 0 ? {} : { limit }) }
    const { registries } = await engine()
    const options = { signal: interruption.signal }
    const rows = listTags
      ? await tagRows(registries, term, { request, limit, options })
      : (await registries.search(term, request, options)).filter(matches).map(rowOf(flags.bool('no-trunc')))
    if (rows.length === 0 && flags.text('format') === undefined) return
    stdio.stdout.write(
      formatList({
        format: flags.text('format'),
        table: listTags
          ? '{{.Name}}\t{{.Tag}}'
          : flags.bool('compatible')
            ? '{{.Name}}\t{{.Description}}\t{{.Stars}}\t{{.Official}}\t{{.Automated}}'
            : '{{.Name}}\t{{.Description}}',
        rows,
        ...(listTags ? { json: () => tagsByName(rows) } : {}),
        terminal: stdio.stdout.isTTY === true
      })
    )
  }
}

const longestDescription = 44

function rowOf(whole: boolean): (found: FoundRepository) => Row {
  return (found) => {
    const line = found.description.replaceAll('\n', ' ')
    const isLong = Buffer.byteLength(line) > longestDescription
    return {
      Index: found.registry,
      Name: found.name,
      Description: isLong && !whole ? `${[...line].slice(0, longestDescription).join('')}...` : line,
      Stars: found.stars,
      Official: found.official ? '[OK]' : '',
      Automated: found.automated ? '[OK]' : '',
      Tag: ''
    }
  }
}

interface TagQuery {
  readonly request: SearchRequest
  readonly limit: number
  readonly options: { readonly signal: AbortSignal }
}

async function tagRows(
  registries: Registries,
  term: string,
  { request: { limit: _, ...request }, limit, options }: TagQuery
): Promise<readonly Row[]> {
  const { repository: name = term, tags } = await registries.tags(term, request, options)
  const [index = ''] = name.split('/')
  return tags.slice(0, limit === 0 ? 25 : limit).map((tag) => ({
    Index: index,
    Name: name,
    Description: '',
    Stars: 0,
    Official: '',
    Automated: '',
    Tag: tag
  }))
}

function tagsByName(rows: readonly Row[]): readonly object[] {
  const [first] = rows
  return first === undefined ? [] : [{ Name: first.Name, Tags: rows.map(({ Tag }) => Tag) }]
}
