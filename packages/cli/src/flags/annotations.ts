import { UsageError } from '../usage-error.ts'
import type { FlagValues } from './values.ts'

/** Values `key=value` of a list flag; absent when there are none. @throws UsageError */
export function readAnnotations(
  values: FlagValues,
  flag = 'annotation'
): { readonly annotations?: Readonly<Record<string, string>> } {
  const given = values.list(flag)
  if (given.length === 0) return {}
  const pairs = given.map((text): readonly [string, string] => {
    const at = text.indexOf('=')
    if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
    throw new UsageError(`invalid value for --${flag}: "${text}" is not key=value`)
  })
  return { annotations: Object.fromEntries(pairs) }
}
