import { goJson } from '../json.ts'
import { formatGo } from './printf.ts'
import { TemplateError } from './lexer.ts'
import { goString, isMap, type Method, truthy, typeName } from './values.ts'

/** Go's functions and Podman's. `and` and `or` are missing here: they do not evaluate all their arguments. */
export const functions: Readonly<Record<string, Method>> = Object.assign(
  Object.create(null) as Record<string, Method>,
  {
    not: (value) => !truthy(value),
    len: (value) => length(value),
    index: (value, ...keys) => keys.reduce(element, value),
    slice: (value, from = 0, to?) => slice(value, from, to),
    print: (...values) => print(values),
    println: (...values) => `${values.map(goString).join(' ')}\n`,
    printf: (format, ...values) => formatGo(text(format, 'printf'), values),
    eq: (one, ...others) => some(others, 'eq').some((other) => equal(one, other)),
    ne: (one, other) => !equal(one, other),
    lt: (one, other) => compare(one, other) < 0,
    le: (one, other) => compare(one, other) <= 0,
    gt: (one, other) => compare(one, other) > 0,
    ge: (one, other) => compare(one, other) >= 0,
    html: (...values) => print(values).replace(/[&<>"'\0]/g, (character) => htmlEscapes[character]!),
    urlquery: (...values) => encodeURIComponent(print(values)).replace(/%20/g, '+'),
    json: (value) => goJson(value),
    join: (list, separator) => strings(list, 'join').join(text(separator, 'join')),
    split: (value, separator) => text(value, 'split').split(text(separator, 'split')),
    lower: (value) => text(value, 'lower').toLowerCase(),
    upper: (value) => text(value, 'upper').toUpperCase(),
    title: (value) =>
      text(value, 'title').replace(
        /(^|\s)(\S)/gu,
        (_all, before: string, first: string) => before + first.toUpperCase()
      ),
    pad: (value, before, after) => pad(text(value, 'pad'), Number(before), Number(after)),
    truncate: (value, width) => text(value, 'truncate').slice(0, Number(width))
  } satisfies Record<string, Method>
)

const htmlEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
  '\0': '\uFFFD'
}

function length(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (Array.isArray(value)) return value.length
  if (isMap(value)) return Object.keys(value).length
  throw new TemplateError(`error calling len: len of type ${typeName(value)}`)
}

function element(value: unknown, key: unknown): unknown {
  if (isMap(value)) return value[String(key)] ?? ''
  if (typeof value !== 'string' && !Array.isArray(value))
    throw new TemplateError(`error calling index: can't index item of type ${typeName(value)}`)
  const list = typeof value === 'string' ? Buffer.from(value) : value
  if (typeof key !== 'number' || !Number.isInteger(key))
    throw new TemplateError(`error calling index: cannot index with ${typeName(key)}`)
  if (key < 0 || key >= list.length) throw new TemplateError(`error calling index: index out of range: ${key}`)
  return list[key]
}

function slice(value: unknown, from: unknown, to: unknown): unknown {
  if (typeof value !== 'string' && !Array.isArray(value))
    throw new TemplateError(`error calling slice: can't slice item of type ${typeName(value)}`)
  const end = to === undefined ? value.length : to
  if (typeof from !== 'number' || typeof end !== 'number' || from < 0 || end > value.length || from > end) {
    throw new TemplateError('error calling slice: index out of range')
  }
  return value.slice(from, end)
}

/** Go's Sprint: spaces between operands when neither is a string. */
function print(values: readonly unknown[]): string {
  return values
    .map((value, at) => {
      const spaced = at > 0 && typeof value !== 'string' && typeof values[at - 1] !== 'string'
      return `${spaced ? ' ' : ''}${goString(value)}`
    })
    .join('')
}

function equal(one: unknown, other: unknown): boolean {
  if (typeof one === 'object' && one !== null && other !== null)
    throw new TemplateError('error calling eq: non-comparable type')
  if (one === null || one === undefined || other === null || other === undefined)
    return (one ?? null) === (other ?? null)
  if (typeName(one) !== typeName(other)) throw new TemplateError('error calling eq: incompatible types for comparison')
  return one === other
}

function compare(one: unknown, other: unknown): number {
  if (typeof one === 'string' && typeof other === 'string') return one < other ? -1 : one > other ? 1 : 0
  if (typeof one === 'number' && typeof other === 'number') return one - other
  throw new TemplateError('error calling lt: incompatible types for comparison')
}

function some(values: readonly unknown[], name: string): readonly unknown[] {
  if (values.length === 0) throw new TemplateError(`error calling ${name}: missing argument for comparison`)
  return values
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  throw new TemplateError(`error calling ${name}: expected string; found ${typeName(value)}`)
}

function strings(value: unknown, name: string): readonly string[] {
  if (value === null || value === undefined) return []
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  throw new TemplateError(`error calling ${name}: expected a list of strings; found ${typeName(value)}`)
}

function pad(value: string, before: number, after: number): string {
  return value === '' ? '' : ' '.repeat(before) + value + ' '.repeat(after)
}
