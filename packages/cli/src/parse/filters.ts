import { UsageError } from '../usage-error.ts'
import { recordOf, splitPair } from './key-value.ts'

/**
 * `key=value` words as key → values. `label!=x` keeps its `!` on the key.
 *
 * @throws UsageError
 */
export function parseFilters(words: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const filters = new Map<string, string[]>()
  for (const word of words) {
    const [key, value] = splitPair(word)
    if (value === undefined || key === '') throw new UsageError(`invalid filter "${word}": expected key=value`)
    filters.set(key, [...(filters.get(key) ?? []), value])
  }
  return recordOf(filters)
}
