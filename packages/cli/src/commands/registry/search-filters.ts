import type { FoundRepository } from '@runcible/interface'
import { UsageError } from '../../usage-error.ts'

/**
 * `is-official`, `is-automated` (alone, or with a boolean) and `stars=N`, which all have to match.
 *
 * @throws UsageError
 */
export function searchFilter(words: readonly string[]): (found: FoundRepository) => boolean {
  const tests = words.map(testOf)
  return (found) => tests.every((test) => test(found))
}

function testOf(word: string): (found: FoundRepository) => boolean {
  const equals = word.indexOf('=')
  const [key, value] = equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)]
  if (key === 'stars') {
    if (value === undefined || !/^[+-]?\d+$/.test(value))
      throw new UsageError(`incorrect value type for stars filter: "${value ?? ''}" is not a whole number`)
    return ({ stars }) => stars >= Number(value)
  }
  if (key === 'is-official' || key === 'is-automated') {
    const wanted = value !== 'false'
    return (found) => (key === 'is-official' ? found.official : found.automated) === wanted
  }
  throw new UsageError(`invalid filter type "${word}"; use is-official, is-automated or stars=N`)
}
