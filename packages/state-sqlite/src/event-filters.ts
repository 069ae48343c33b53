import type { EngineEvent } from '@runcible/interface'

type Filters = Readonly<Record<string, readonly string[]>>

/**
 * Whether an event passes filters as `podman events --filter` takes them: any value of a key, all keys.
 * `type`, `event`; `container`, `image`, `network`, `volume`, `pod` by name or id prefix; `label` as `key` or `key=value`.
 */
export function matchesFilters(event: EngineEvent, filters: Filters): boolean {
  return Object.entries(filters).every(
    ([key, values]) => values.length === 0 || values.some((value) => matches(event, key, value))
  )
}

function matches(event: EngineEvent, key: string, value: string): boolean {
  switch (key) {
    case 'type':
      return event.type === value
    case 'event':
      return event.action === value
    case 'label':
      return matchesLabel(event.attributes, value)
    default:
      return event.type === key && (event.name === value || event.id.startsWith(value))
  }
}

function matchesLabel(attributes: Readonly<Record<string, string>>, label: string): boolean {
  const separator = label.indexOf('=')
  if (separator === -1) return Object.hasOwn(attributes, label)
  const name = label.slice(0, separator)
  return Object.hasOwn(attributes, name) && attributes[name] === label.slice(separator + 1)
}
