import { EngineError } from '@runcible/interface'
import { checkFilters, type Filters } from './containers/filters.ts'

/** Key → whether a thing passes one value of it. */
export type Predicates<Thing> = Readonly<Record<string, (thing: Thing, value: string) => boolean>>

/** Every value of these counts; of the others, any. */
const cumulative = new Set(['label', 'label!'])

/** A predicate of all filters. `invalid-argument` for an unknown key or a value that a key does not take. */
export function matching<Thing>(filters: Filters, predicates: Predicates<Thing>): (thing: Thing) => boolean {
  checkFilters(filters, Object.keys(predicates))
  return (thing) =>
    Object.entries(filters).every(([key, values]) => {
      // Every value is looked at, so that a wrong one is told.
      const verdicts = values.map((value) => predicates[key]!(thing, value))
      return cumulative.has(key) ? verdicts.every(Boolean) : verdicts.length === 0 || verdicts.some(Boolean)
    })
}

/** The value of a filter that is a truth: `true`, `1`, `false`, `0` … */
export function truthOf(key: string, value: string): boolean {
  if (/^(?:1|t|true)$/i.test(value)) return true
  if (/^(?:0|f|false)$/i.test(value)) return false
  throw new EngineError('invalid-argument', `the filter ${key} takes true or false, not ${JSON.stringify(value)}`)
}
