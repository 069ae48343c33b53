import { EngineError } from '@runcible/interface'
import { openToml, type TomlFile, type TomlTable } from './toml.ts'

/** A value, and where it was found: `wrong` makes the error for a value that makes no sense. */
export interface Setting<T> {
  readonly value: T
  readonly wrong: (why: string) => EngineError
}

/** Values by `table.key`; a later file wins. Every getter throws `invalid-argument` for a value of another type. */
export interface LayeredSettings {
  /** Parses every file, so that one without any key of interest is known to be right as well, as are these tables. */
  check(tables: readonly string[]): void
  string(path: string): Setting<string> | undefined
  integer(path: string): Setting<number> | undefined
  /** A list in a later file replaces the earlier one, unless its last element is `{append=true}`. */
  strings(path: string): Setting<readonly string[]> | undefined
}

interface Layer {
  readonly file: string
  readonly toml: TomlFile
}

/** Reads those of the files that exist, and parses those that mention a key when it is asked for. */
export function layeredSettings(files: readonly string[]): LayeredSettings {
  const layers = files.flatMap((file): Layer[] => {
    const toml = openToml(file)
    return toml === undefined ? [] : [{ file, toml }]
  })
  const found = (path: string) => layers.flatMap((layer) => settingIn(layer, path))
  const scalar = <T>(path: string, what: string, is: (value: unknown) => value is T): Setting<T> | undefined => {
    const setting = found(path).at(-1)
    if (setting === undefined) return undefined
    const { value, wrong } = setting
    if (!is(value)) throw wrong(`must be ${what}`)
    return { value, wrong }
  }
  return {
    check(tables) {
      for (const { file, toml } of layers) {
        for (const table of tables) tableIn(toml.content(), table, wrongIn(file, table))
      }
    },
    string: (path) => scalar(path, 'a string', (value) => typeof value === 'string'),
    integer: (path) => scalar(path, 'an integer', (value): value is number => Number.isSafeInteger(value)),
    strings(path) {
      let merged: Setting<readonly string[]> | undefined
      for (const { value, wrong } of found(path)) {
        const { list, append } = stringList(value, wrong)
        merged = { value: append && merged !== undefined ? [...merged.value, ...list] : list, wrong }
      }
      return merged
    }
  }
}

type Wrong = (why: string) => EngineError

const wrongIn =
  (file: string, key: string): Wrong =>
  (why) =>
    new EngineError('invalid-argument', `${file}: ${key} ${why}`, { hint: 'mend the file' })

function tableIn(parent: TomlTable, key: string, wrong: Wrong): TomlTable | undefined {
  const value = Object.hasOwn(parent, key) ? parent[key] : undefined
  if (value !== undefined && !isTable(value)) throw wrong('must be a table')
  return value
}

function settingIn({ file, toml }: Layer, path: string): Setting<unknown>[] {
  const keys = path.split('.')
  const last = keys.pop()!
  // Parsing takes longer than all the rest: most commands need keys that most files do not have.
  if (!toml.mentions(last)) return []
  let table: TomlTable | undefined = toml.content()
  for (const [depth, key] of keys.entries()) {
    table = tableIn(table, key, wrongIn(file, keys.slice(0, depth + 1).join('.')))
    if (table === undefined) return []
  }
  return Object.hasOwn(table, last) ? [{ value: table[last], wrong: wrongIn(file, path) }] : []
}

export const isTable = (value: unknown): value is TomlTable =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

function stringList(value: unknown, wrong: (why: string) => EngineError): { list: readonly string[]; append: boolean } {
  if (!Array.isArray(value)) throw wrong('must be a list of strings')
  const last: unknown = value.at(-1)
  const attributes = isTable(last) && typeof last['append'] === 'boolean' ? last : undefined
  const list: readonly unknown[] = attributes === undefined ? value : value.slice(0, -1)
  if (!list.every((item) => typeof item === 'string')) throw wrong('must be a list of strings')
  return { list, append: attributes?.['append'] === true }
}
