import { EngineError } from '@runcible/interface'
import { parseJson, SpecError } from '@runcible/oci-spec'

/** Key → values; without prototype. */
export type Filters = Readonly<Record<string, readonly string[]>>

// A filter is at most as long as a request line may be; both forms are two deep.
const limits = { maxBytes: 64 * 1024, maxDepth: 4 }

/**
 * The `filters` parameter of both APIs: `{"status":["running"]}`, or the older `{"status":{"running":true}}`, in which
 * only the keys count. `null` and an absent parameter are no filter.
 *
 * @throws EngineError `invalid-argument`
 */
export function parseFilters(text: string | undefined): Filters {
  const filters = Object.create(null) as Record<string, readonly string[]>
  if (text === undefined) return filters
  const document = parse(text)
  if (document === null) return filters
  if (!isObject(document)) throw invalid('it must be a JSON object of lists')
  for (const [key, values] of Object.entries(document)) filters[key] = valuesOf(key, values)
  return filters
}

function parse(text: string): unknown {
  try {
    return parseJson(text, limits)
  } catch (error) {
    throw invalid(error instanceof SpecError ? error.message : 'the document is not valid JSON')
  }
}

function valuesOf(key: string, values: unknown): readonly string[] {
  if (Array.isArray(values) && values.every((value) => typeof value === 'string')) return values
  if (isObject(values) && Object.values(values).every((value) => typeof value === 'boolean')) return Object.keys(values)
  throw invalid(`${JSON.stringify(key)} must be a list of strings`)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(reason: string): EngineError {
  return new EngineError('invalid-argument', `failed to decode filter parameters: ${reason}`)
}

const states = new Set([
  'created',
  'running',
  'paused',
  'restarting',
  'removing',
  'exited',
  'dead',
  'stopped',
  'stopping',
  'configured',
  'initialized',
  'unknown'
])

/**
 * Refuses values of a container filter that could never match.
 *
 * @throws EngineError `invalid-argument`
 */
export function checkContainerFilters(filters: Filters): Filters {
  const status = filters['status']?.find((value) => !states.has(value))
  if (status !== undefined) throw new EngineError('invalid-argument', `Invalid filter 'status=${plain(status)}'`)
  const code = filters['exited']?.find((value) => !/^-?\d{1,9}$/.test(value))
  if (code !== undefined)
    throw new EngineError('invalid-argument', `Invalid filter 'exited=${plain(code)}': not a number`)
  return filters
}

/** On one line, whatever it is. */
const plain = (text: string) => JSON.stringify(text.slice(0, 100)).slice(1, -1)
