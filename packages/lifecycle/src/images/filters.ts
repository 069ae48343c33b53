import { EngineError, type Image } from '@runcible/interface'
import { checkFilters, matchesLabel, type Filters } from '../containers/filters.ts'

type Predicate = (image: Image, value: string, all: readonly Image[]) => boolean

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

function createdAtOf(all: readonly Image[], value: string): number {
  const image = all.find(({ id, names }) => id.startsWith(value) || names.some((name) => matchesReference(name, value)))
  if (image === undefined)
    throw new EngineError('not-found', `${value}: image not known`, { subject: { kind: 'image', name: value } })
  return image.createdAt
}

const predicates: Readonly<Record<string, Predicate>> = {
  id: (image, value) => image.id.startsWith(value),
  reference: (image, value) => image.names.some((name) => matchesReference(name, value)),
  dangling: (image, value) => (image.names.length === 0) === (value === 'true'),
  label: (image, value) => matchesLabel(image.labels, value),
  before: (image, value, all) => image.createdAt < createdAtOf(all, value),
  since: (image, value, all) => image.createdAt > createdAtOf(all, value)
}

/** A predicate over images: any value of a key, all keys; labels all. */
export function imageFilter(filters: Filters, all: readonly Image[]): (image: Image) => boolean {
  checkFilters(filters, Object.keys(predicates))
  return (image) =>
    Object.entries(filters).every(([key, values]) => {
      const test = (value: string) => predicates[key]!(image, value, all)
      return key === 'label' ? values.every(test) : values.length === 0 || values.some(test)
    })
}
