import { EngineError } from '@runcible/interface'
import { readToml, type TomlTable } from './toml.ts'

/** A value, and where it was found: `of` makes the error for a value that makes no sense. */
export interface Setting<T> {
  readonly value: T
  readonly wrong: (why: string) => EngineError
}

/** Values by `table.key`; a later file wins. Every getter throws `invalid-argument` for a value of another type. */
export interface LayeredSettings {
  string(path: string): Setting<string> | undefined
  integer(path: string): Setting<number> | undefined
  /** A list in a later file replaces the earlier one, unless its last element is `{append=true}`. */
  strings(path: string): Setting<readonly string[]> | undefined
}

interface Layer {
  readonly file: string
  readonly content: TomlTable
}

/** Reads those of the files that exist. */
export function layeredSettings(files: readonly string[]): LayeredSettings {
  const layers = files.flatMap((file): Layer[] => {
    const content = readToml(file)
    return content === undefined ? [] : [{ file, content }]
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

function settingIn({ file, content }: Layer, path: string): Setting<unknown>[] {
  const wrongAt = (key: string) => (why: string) =>
    new EngineError('invalid-argument', `${file}: ${key} ${why}`, { hint: 'mend the file' })
  const keys = path.split('.')
  let value: unknown = content
  for (const [depth, key] of keys.entries()) {
    if (!isTable(value)) throw wrongAt(keys.slice(0, depth).join('.'))('must be a table')
    if (!Object.hasOwn(value, key)) return []
    value = value[key]
  }
  return [{ value, wrong: wrongAt(path) }]
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
