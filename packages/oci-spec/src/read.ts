import type { JsonObject } from './json.ts'
import { SpecError } from './spec-error.ts'

const shown = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'an array'
      : typeof value === 'object'
        ? 'an object'
        : `a ${typeof value}`

/** `path` with one more JSON pointer token. */
export function at(path: string, token: string | number): string {
  return `${path}/${String(token).slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

export function readObject(value: unknown, path: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SpecError(`expected an object, got ${value === undefined ? 'nothing' : shown(value)}`, path)
  }
  return value as JsonObject
}

/** An own member; `undefined` when absent or null. Inherited names such as `constructor` are never seen. */
export function member(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? (object[key] ?? undefined) : undefined
}

/**
 * Refuses members that a reader without regard to case would take for one of `names`, as Go's does (with Unicode's
 * folding: U+017F is an s). It would see another document than this one.
 *
 * @throws SpecError
 */
export function refuseSpellings(object: JsonObject, names: ReadonlySet<string>, path: string): void {
  const folded = foldedNames(names)
  for (const key of Object.keys(object)) {
    if (!names.has(key) && folded.has(fold(key)))
      throw new SpecError(`${JSON.stringify(key.slice(0, 80))} is another spelling of a member`, path)
  }
}

const fold = (name: string): string => name.toUpperCase().toLowerCase()
const known = new WeakMap<ReadonlySet<string>, ReadonlySet<string>>()

function foldedNames(names: ReadonlySet<string>): ReadonlySet<string> {
  const folded = known.get(names) ?? new Set([...names].map(fold))
  known.set(names, folded)
  return folded
}

export function readString(value: unknown, path: string): string {
  if (typeof value !== 'string')
    throw new SpecError(`expected a string, got ${value === undefined ? 'nothing' : shown(value)}`, path)
  return value
}

export function readBoolean(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean') throw new SpecError(`expected true or false, got ${shown(value)}`, path)
  return value
}

/** A safe integer that is not negative: JSON numbers above 2^53 have already lost digits. */
export function readCount(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    const got = typeof value === 'number' ? String(value) : value === undefined ? 'nothing' : shown(value)
    throw new SpecError(`expected an integer from 0 to 2^53-1, got ${got}`, path)
  }
  return value
}

/** Each item read by `item`; null and absent are the empty list, as Go programs write it. */
export function readList<T>(value: unknown, path: string, item: (value: unknown, path: string) => T): readonly T[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new SpecError(`expected an array, got ${shown(value)}`, path)
  return value.map((entry: unknown, index) => item(entry, at(path, index)))
}

/** A map with every own key as data, `__proto__` too. */
export function readMap<T>(
  value: unknown,
  path: string,
  item: (value: unknown, path: string) => T
): Readonly<Record<string, T>> {
  const entries = Object.entries(readObject(value, path))
  // fromEntries defines properties instead of assigning them.
  return Object.fromEntries(entries.map(([key, entry]) => [key, item(entry, at(path, key))]))
}

type Reader<T> = (value: unknown, path: string) => T

/** `{ [key]: value }` when the member is there, `{}` when it is absent or null. */
export function optional<K extends string, T>(
  object: JsonObject,
  key: K,
  path: string,
  read: Reader<T>
): { readonly [P in K]?: T } {
  const value = member(object, key)
  return (value === undefined ? {} : { [key]: read(value, at(path, key)) }) as { readonly [P in K]?: T }
}

export const readStrings: Reader<readonly string[]> = (value, path) => readList(value, path, readString)
export const readStringMap: Reader<Readonly<Record<string, string>>> = (value, path) => readMap(value, path, readString)
