import { UsageError } from '../usage-error.ts'
import { type Flag, spelling } from './flag.ts'

/** The flags of one invocation. Asking for a flag that the command does not declare is a programming error. */
export interface FlagValues {
  /** Whether it was given. */
  has(name: string): boolean
  bool(name: string): boolean
  text(name: string): string | undefined
  number(name: string): number | undefined
  /** Values of a `list` or `csv` flag, in the order given. */
  list(name: string): readonly string[]
}

export interface GivenFlags {
  readonly flags: readonly Flag[]
  readonly booleans: ReadonlyMap<string, boolean>
  readonly values: ReadonlyMap<string, readonly string[]>
}

export function flagValues({ flags, booleans, values }: GivenFlags): FlagValues {
  const byName = new Map(flags.map((flag) => [flag.name, flag]))
  const numbers = new Map<string, number>()
  for (const [name, given] of values) {
    const flag = byName.get(name)
    if (flag?.kind === 'int' || flag?.kind === 'float') numbers.set(name, readNumber(flag, given.at(-1)!))
  }
  const declared = (name: string, ...kinds: readonly Flag['kind'][]): Flag => {
    const flag = byName.get(name)
    if (flag === undefined || !kinds.includes(flag.kind))
      throw new TypeError(`the command has no ${kinds[0]} flag --${name}`)
    return flag
  }
  return {
    has: (name) => byName.has(name) && (booleans.has(name) || values.has(name)),
    bool: (name) => booleans.get(name) ?? declared(name, 'bool').defaultValue ?? false,
    text: (name) => (declared(name, 'string'), values.get(name)?.at(-1)),
    number: (name) => (declared(name, 'int', 'float'), numbers.get(name)),
    list: (name) => {
      const given = values.get(name) ?? []
      return declared(name, 'list', 'csv').kind === 'csv' ? given.flatMap(splitCsv) : given
    }
  }
}

function readNumber(flag: Flag, text: string): number {
  const pattern = flag.kind === 'int' ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)$/
  const value = pattern.test(text) ? Number(text) : Number.NaN
  if (Number.isNaN(value) || (flag.kind === 'int' && !Number.isSafeInteger(value))) {
    throw new UsageError(
      `invalid argument "${text}" for ${spelling(flag)} flag: not a ${flag.kind === 'int' ? 'whole ' : ''}number`
    )
  }
  return value
}

/** Fields of one comma-separated value; a quoted field may hold commas, and `""` in it is a quote (RFC 4180). */
export function splitCsv(text: string): readonly string[] {
  if (!text.includes('"')) return text === '' ? [] : text.split(',')
  const fields: string[] = []
  const field = /(?:"((?:[^"]|"")*)"|([^,"]*))(,|$)/y
  for (;;) {
    const match = field.exec(text)
    if (match === null)
      throw new UsageError(`malformed list ${JSON.stringify(text)}: quotes must enclose a whole field`)
    fields.push(match[1] === undefined ? match[2]! : match[1].replaceAll('""', '"'))
    if (match[3] === '') return fields
  }
}
