import { TemplateError } from './lexer.ts'

/** A value that a template may call with arguments, such as `.Label "key"`. */
export type Method = (...args: readonly unknown[]) => unknown

/** An object without prototype stands for a Go map: any key may be asked for. Other objects are structs. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) === null
}

function isStruct(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) !== null
}

/** Go's idea of truth: not empty, not zero. */
export function truthy(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '' || value === 0n)
    return false
  if (Array.isArray(value)) return value.length > 0
  return isMap(value) ? Object.keys(value).length > 0 : true
}

/**
 * A member by Go's field name. In a struct the name may differ from the JSON name in letter case and underscores
 * (`.NetworkInterface`, `network_interface`); an absent one is an error. In a map an absent key is no value.
 *
 * @throws TemplateError
 */
export function member(value: unknown, name: string): unknown {
  if (value === undefined || value === null) throw new TemplateError(`nil pointer evaluating .${name}`)
  if (isMap(value)) return value[name]
  if (!isStruct(value)) throw new TemplateError(`can't evaluate field ${name} in type ${typeName(value)}`)
  const key = Object.hasOwn(value, name)
    ? name
    : Object.getOwnPropertyNames(value).find((candidate) => plain(candidate) === plain(name))
  if (key === undefined) throw new TemplateError(`can't evaluate field ${name}: there is no such field`)
  return value[key]
}

function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase()
}

export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'nil'
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'object') return isMap(value) ? 'map' : 'struct'
  if (typeof value === 'boolean') return 'bool'
  return typeof value === 'number' || typeof value === 'bigint' ? 'number' : 'string'
}

/** As Go's fmt prints with `%v`. */
export function goString(value: unknown): string {
  if (value === undefined) return '<no value>'
  return goNested(value)
}

function goNested(value: unknown): string {
  if (value === undefined || value === null) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goNested).join(' ')}]`
  if (isMap(value)) {
    return `map[${Object.keys(value)
      .toSorted()
      .map((key) => `${key}:${goNested(value[key])}`)
      .join(' ')}]`
  }
  if (typeof value === 'object') return `{${Object.values(value).map(goNested).join(' ')}}`
  return String(value)
}
