import { EngineError, type ContainerRecord, type EntityStores } from '@runcible/interface'
import { untilOf } from '../text/time-point.ts'

export type Filters = Readonly<Record<string, readonly string[]>>
type Predicate = (
  container: ContainerRecord,
  value: string,
  stores: Pick<EntityStores, 'containers' | 'imageNames'>
) => boolean

/** The word that filters and lists use for a status: what is being cleaned up has exited or was never started. */
export function shownStatus(
  container: Pick<ContainerRecord, 'status' | 'startedAt'>
): 'created' | 'running' | 'paused' | 'stopping' | 'exited' | 'removing' {
  const { status, startedAt } = container
  if (status !== 'stopped') return status
  return startedAt === undefined ? 'created' : 'exited'
}

/** `^` and `$` anchor; otherwise any part matches. Podman takes a regular expression: the two agree on plain names. */
function matchesText(text: string, pattern: string): boolean {
  const start = pattern.startsWith('^')
  const end = pattern.endsWith('$')
  const plain = pattern.slice(start ? 1 : 0, end ? -1 : undefined)
  if (start && end) return text === plain
  if (start) return text.startsWith(plain)
  return end ? text.endsWith(plain) : text.includes(plain)
}

export function matchesLabel(labels: Readonly<Record<string, string>>, filter: string): boolean {
  const separator = filter.indexOf('=')
  const name = separator === -1 ? filter : filter.slice(0, separator)
  if (!Object.hasOwn(labels, name)) return false
  return separator === -1 || labels[name] === filter.slice(separator + 1)
}

function isMadeFrom(container: ContainerRecord, value: string): boolean {
  const { id, name } = container.config.image
  const withoutTag = name.replace(/:[^:/]*$/, '')
  return id.startsWith(value) || [name, withoutTag].some((full) => full === value || full.endsWith(`/${value}`))
}

function createdAtOf(stores: Pick<EntityStores, 'containers'>, name: string): number {
  const other = stores.containers.find(name) ?? stores.containers.withPrefix(name, 1)[0]
  if (other === undefined)
    throw new EngineError('not-found', `no container with name or ID "${name}" found: no such container`, {
      subject: { kind: 'container', name }
    })
  return other.createdAt
}

const networksOf = (container: ContainerRecord) =>
  container.config.network.mode === 'bridge' ? container.config.network.endpoints.map(({ network }) => network) : []

const predicates: Readonly<Record<string, Predicate>> = {
  id: (container, value) => container.id.startsWith(value),
  name: (container, value) => matchesText(container.name, value),
  label: (container, value) => matchesLabel(container.config.labels, value),
  status: (container, value) =>
    shownStatus(container) === value || (value === 'stopped' && shownStatus(container) === 'exited'),
  exited: (container, value) => shownStatus(container) === 'exited' && container.exit?.code === Number(value),
  ancestor: (container, value) => isMadeFrom(container, value),
  network: (container, value) => networksOf(container).includes(value) || container.config.network.mode === value,
  volume: (container, value) =>
    container.config.mounts.some((mount) => mount.target === value || ('source' in mount && mount.source === value)),
  before: (container, value, stores) => container.createdAt < createdAtOf(stores, value),
  since: (container, value, stores) => container.createdAt > createdAtOf(stores, value),
  'label!': (container, value) => !matchesLabel(container.config.labels, value),
  until: (container, value) => container.createdAt < untilOf(value)
}

/** Refuses a filter that nobody would look at. */
export function checkFilters(filters: Filters, known: readonly string[]): void {
  const unknown = Object.keys(filters).find((key) => !known.includes(key))
  if (unknown !== undefined)
    throw new EngineError('invalid-argument', `${unknown} is an invalid filter`, {
      hint: `known filters: ${known.join(', ')}`
    })
}

/** A predicate over containers: any value of a key, all keys; labels all. `invalid-argument` for an unknown key. */
export function containerFilter(
  filters: Filters,
  stores: Pick<EntityStores, 'containers' | 'imageNames'>
): (container: ContainerRecord) => boolean {
  checkFilters(filters, Object.keys(predicates))
  return (container) =>
    Object.entries(filters).every(([key, values]) => {
      const test = (value: string) => predicates[key]!(container, value, stores)
      return key.startsWith('label') ? values.every(test) : values.length === 0 || values.some(test)
    })
}
