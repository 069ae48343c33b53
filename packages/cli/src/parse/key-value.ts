import { UsageError } from '../usage-error.ts'

/** `name=value` → `[name, value]`; without `=` the value is `undefined`. */
export function splitPair(text: string): readonly [name: string, value: string | undefined] {
  const equals = text.indexOf('=')
  return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)]
}

/**
 * `name=value` words as a record; a name alone has an empty value.
 *
 * @throws UsageError for an empty name
 */
export function parsePairs(words: readonly string[], flag: string): Readonly<Record<string, string>> {
  return recordOf(
    words.map((word) => {
      const [name, value] = splitPair(word)
      if (name === '') throw new UsageError(`invalid value for ${flag}: "${word}" is not key=value`)
      return [name, value ?? ''] as const
    })
  )
}

/** Names such as `__proto__` are plain data. */
export function recordOf<Value>(entries: Iterable<readonly [string, Value]>): Readonly<Record<string, Value>> {
  const record = Object.create(null) as Record<string, Value>
  for (const [name, value] of entries) record[name] = value
  return record
}

/** Pairs that all need their `=`. @throws UsageError naming `flag` */
export function parsePairsStrictly(words: readonly string[], flag: string): Readonly<Record<string, string>> {
  const bare = words.find((word) => !/^[^=]+=/.test(word))
  if (bare !== undefined) throw new UsageError(`invalid value for ${flag}: "${bare}" is not name=value`)
  return parsePairs(words, flag)
}
