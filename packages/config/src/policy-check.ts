import { EngineError } from '@runcible/interface'

/** A place in a document, for messages: file and member. */
export interface Place {
  readonly file: string
  /** For example `transports.docker["quay.io"][0]`; empty for the whole. */
  readonly path: string
}

export type Members = Readonly<Record<string, unknown>>

export const at = ({ file, path }: Place, part: string): Place => ({
  file,
  path: path === '' ? part : `${path}${part}`
})

export const member = (place: Place, name: string): Place =>
  at(place, /^\w+$/.test(name) ? (place.path === '' ? name : `.${name}`) : `[${JSON.stringify(name)}]`)

export const wrong = ({ file, path }: Place, why: string): EngineError =>
  new EngineError('invalid-argument', `${file}: ${path === '' ? 'the document' : path} ${why}`, {
    hint: 'mend the file; see containers-policy.json(5)'
  })

/** An object with no members but these; those marked `?` may be absent. */
export function objectWith(value: unknown, place: Place, names: readonly string[]): Members {
  const members = anyObject(value, place)
  const known = names.map((name) => name.replace('?', ''))
  const unknown = Object.keys(members).find((name) => !known.includes(name))
  if (unknown !== undefined) throw wrong(member(place, unknown), 'is not known')
  const absent = names.find((name) => !name.endsWith('?') && !Object.hasOwn(members, name))
  if (absent !== undefined) throw wrong(member(place, absent), 'is missing')
  return members
}

export function anyObject(value: unknown, place: Place): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members
  throw wrong(place, 'must be an object')
}

export function text(value: unknown, place: Place): string {
  if (typeof value === 'string' && value !== '') return value
  throw wrong(place, 'must be a string that is not empty')
}

/** A list that is not empty. */
export function list(value: unknown, place: Place): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(place, 'must be a list')
  if (value.length === 0) throw wrong(place, 'must not be empty')
  return value
}

export function oneOf<Word extends string>(value: unknown, place: Place, words: readonly Word[]): Word {
  const found = words.find((word) => word === value)
  if (found !== undefined) return found
  throw wrong(place, `is ${JSON.stringify(value)?.slice(0, 80)}, not one of ${words.join(', ')}`)
}
