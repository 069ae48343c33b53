/** Go prints the keys of a map in order. The result has no prototype: its keys are data, whatever they are called. */
export function sortedRecord<Value>(
  entries: Readonly<Record<string, Value>> | Iterable<readonly [string, Value]>
): Readonly<Record<string, Value>> {
  const pairs =
    Symbol.iterator in entries ? [...(entries as Iterable<readonly [string, Value]>)] : Object.entries(entries)
  const record = Object.create(null) as Record<string, Value>
  for (const [key, value] of pairs.toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)))
    record[key] = value
  return record
}

/**
 * A Go struct some of whose fields its JSON leaves out when they are empty: a template can name those too, the printed
 * document has those for which `optional` says true.
 */
export function withOptional(
  fields: Readonly<Record<string, unknown>>,
  optional: Readonly<Record<string, boolean>>
): object {
  const object = {}
  for (const [name, value] of Object.entries(fields)) {
    Object.defineProperty(object, name, { value, enumerable: optional[name] ?? true })
  }
  return object
}

/** A Go map that is nil: a template sees an empty one, its JSON is `null`. */
export function nilMap(): object {
  return Object.defineProperty(Object.create(null) as object, 'toJSON', { value: () => null })
}
