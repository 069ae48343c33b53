import { EngineError, type ContainerRecord, type ImageSummary } from '@runcible/interface'
import { isIndexMediaType } from '@runcible/oci-spec'
import { checkFilters, matchesLabel, type Filters } from '../containers/filters.ts'
import { truthOf } from '../matching.ts'
import { untilOf } from '../text/time-point.ts'

type Predicate = (image: ImageSummary, value: string, surroundings: FilterSurroundings) => boolean

/** Shell-like: `*` stands for any run of characters but `/`. Linear in both lengths' product. */
function matchesGlob(text: string, pattern: string): boolean {
  const parts = pattern.split('*')
  if (parts.length === 1) return text === pattern
  let position = parts[0]!.length
  if (!text.startsWith(parts[0]!)) return false
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, position)
    if (found === -1 || text.slice(position, found).includes('/')) return false
    position = found + part.length
  }
  const last = parts.at(-1)!
  const end = text.length - last.length
  return end >= position && text.endsWith(last) && !text.slice(position, end).includes('/')
}

/** Whether `pattern`, with or without registry, path and tag, names this reference. */
function matchesReference(name: string, pattern: string): boolean {
  const withoutTag = name.replace(/:[^:/]*$/, '')
  const candidates = [name, withoutTag].flatMap((full) =>
    full.split('/').map((_, index, parts) => parts.slice(index).join('/'))
  )
  return candidates.some((candidate) => matchesGlob(candidate, pattern))
}

/** What filters are asked about. */
export interface FilterSurroundings {
  readonly all: readonly ImageSummary[]
  readonly containers: readonly ContainerRecord[]
}

function createdAtOf({ all }: FilterSurroundings, value: string): number {
  const id = value.replace(/^sha256:/, '')
  const image = all.find((each) => each.id.startsWith(id) || each.names.some((name) => matchesReference(name, value)))
  if (image === undefined)
    throw new EngineError('not-found', `${value}: image not known`, { subject: { kind: 'image', name: value } })
  return image.createdAt
}

const hasContainers: Predicate = (image, value, { containers }) => {
  // Every container here is one of this engine's.
  if (value === 'external') return false
  return containers.some(({ config }) => config.image.id === image.id) === truthOf('containers', value)
}

const since: Predicate = (image, value, surroundings) => image.createdAt > createdAtOf(surroundings, value)

const predicates: Readonly<Record<string, Predicate>> = {
  id: (image, value) => image.id.startsWith(value.replace(/^sha256:/, '')),
  reference: (image, value) => [...image.names, ...image.digests].some((name) => matchesReference(name, value)),
  dangling: (image, value) => (image.names.length === 0) === truthOf('dangling', value),
  intermediate: (image, value) => image.intermediate === truthOf('intermediate', value),
  // Nothing here is kept in a store that is only read.
  readonly: (_image, value) => !truthOf('readonly', value),
  manifest: (image, value) => isIndexMediaType(image.manifest.mediaType) === truthOf('manifest', value),
  containers: hasContainers,
  digest: (image, value) =>
    [image.manifest.digest, ...image.digests.map((name) => name.slice(name.indexOf('@') + 1))].some(
      (digest) => digest.startsWith(value) || digest.startsWith(`sha256:${value}`)
    ),
  label: (image, value) => matchesLabel(image.labels, value),
  'label!': (image, value) => !matchesLabel(image.labels, value),
  before: (image, value, surroundings) => image.createdAt < createdAtOf(surroundings, value),
  since,
  after: since,
  until: (image, value) => image.createdAt < untilOf(value)
}

/** Every value of these counts; of the others, any. */
const cumulative = new Set(['label', 'label!'])

/** A predicate over images. `invalid-argument` for an unknown key or a value that a key does not take. */
export function imageFilter(filters: Filters, surroundings: FilterSurroundings): (image: ImageSummary) => boolean {
  checkFilters(filters, Object.keys(predicates))
  return (image) =>
    Object.entries(filters).every(([key, values]) => {
      // Every value is looked at, so that a wrong one is told.
      const verdicts = values.map((value) => predicates[key]!(image, value, surroundings))
      return cumulative.has(key) ? verdicts.every(Boolean) : verdicts.length === 0 || verdicts.some(Boolean)
    })
}
