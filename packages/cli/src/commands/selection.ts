import { readFileSync } from 'node:fs'
import type { ContainerSummary, Engine } from '@runcible/interface'
import type { CommandContext } from '../command.ts'
import type { Flag } from '../flags/flag.ts'
import { UsageError } from '../usage-error.ts'
import { parseFilters } from '../parse/filters.ts'

const flags = {
  all: { name: 'all', short: 'a', kind: 'bool', help: 'Take every container' },
  latest: { name: 'latest', short: 'l', kind: 'bool', help: 'Take the container created last' },
  filter: { name: 'filter', short: 'f', kind: 'list', value: 'key=value', help: 'Take the containers that match' },
  cidfile: { name: 'cidfile', kind: 'list', value: 'file', help: 'Take the container whose id is in a file' },
  ignore: { name: 'ignore', short: 'i', kind: 'bool', help: 'Pass over containers that do not exist' }
} as const satisfies Record<string, Flag>

export type SelectionFlag = keyof typeof flags

/** The flags by which a command chooses its containers, beside naming them. */
export function selectionFlags(...names: readonly SelectionFlag[]): readonly Flag[] {
  return names.map((name) => ({ ...flags[name], group: 'Which containers' }))
}

type Context = Pick<CommandContext, 'flags' | 'args'>

/**
 * Names and ids of the chosen containers. With `--all` those for which `applies` says so.
 *
 * @throws UsageError when nothing, or too much, was chosen
 */
export async function selectContainers(
  { flags: values, args }: Context,
  engine: Engine,
  names: readonly SelectionFlag[],
  applies: (container: ContainerSummary) => boolean = () => true
): Promise<readonly string[]> {
  const given = (name: SelectionFlag): boolean =>
    names.includes(name) && values.has(name) && (flags[name].kind !== 'bool' || values.bool(name))
  const ways = [args.length > 0 || given('cidfile'), given('all'), given('latest'), given('filter')].filter(
    Boolean
  ).length
  if (ways > 1) throw new UsageError('choose containers by name, or by one of --all, --latest and --filter')
  if (given('latest')) return [await latestContainer(engine)]
  if (given('all') || given('filter')) {
    const filters = given('filter') ? { filters: parseFilters(values.list('filter')) } : {}
    const found = await engine.containers.list({ all: true, ...filters })
    return found.filter(applies).map((container) => container.id)
  }
  const chosen = [...args, ...(given('cidfile') ? readIds(values.list('cidfile'), given('ignore')) : [])]
  if (chosen.length === 0 && !given('cidfile')) throw new UsageError('you must provide at least one name or id')
  return chosen
}

/**
 * Exactly one container, by name or `--latest`.
 *
 * @throws UsageError
 */
export async function selectOne({ flags: values, args }: Context, engine: Engine): Promise<string> {
  if (values.bool('latest')) {
    if (args.length > 0) throw new UsageError('--latest and a container exclude each other')
    return await latestContainer(engine)
  }
  if (args.length !== 1) throw new UsageError(`takes exactly one container, got ${args.length}`)
  return args[0]!
}

/** @throws UsageError when there is none */
export async function latestContainer(engine: Engine): Promise<string> {
  const [latest] = await engine.containers.list({ last: 1 })
  if (latest === undefined) throw new UsageError('--latest: there is no container')
  return latest.id
}

function readIds(files: readonly string[], ignoreMissing: boolean): readonly string[] {
  return files.flatMap((file) => {
    try {
      return [readFileSync(file, 'utf8').split('\n')[0]!.trim()]
    } catch (error) {
      if (ignoreMissing && (error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw new UsageError(`--cidfile ${file}: ${(error as Error).message}`)
    }
  })
}
