import { type JsonLimits, parseJson } from './json.ts'
import { SpecError } from './spec-error.ts'

/**
 * Parses JSON where a member that is there twice would let two readers see two documents: policies and signed claims.
 *
 * @throws SpecError as `parseJson`, and when an object has a member twice.
 */
export function parseStrictJson(input: string | Uint8Array, limits: JsonLimits): unknown {
  const value = parseJson(input, limits)
  const twice = repeatedMember(typeof input === 'string' ? input : Buffer.from(input).toString('utf8'))
  if (twice !== undefined) throw new SpecError(`the member ${JSON.stringify(twice.slice(0, 80))} is there twice`)
  return value
}

const stringToken = /"[^"\\]*(?:\\.[^"\\]*)*"/y
const space = /\s*/y

/** The text is known to be JSON: a string followed by a colon is a member's name. */
function repeatedMember(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = []
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '{') open.push(new Set())
    else if (character === '[') open.push(undefined)
    else if (character === '}' || character === ']') open.pop()
    else if (character === '"') {
      const end = endOf(stringToken, text, at)
      const names = open.at(-1)
      if (names !== undefined && text[endOf(space, text, end)] === ':') {
        const name = JSON.parse(text.slice(at, end)) as string
        if (names.has(name)) return name
        names.add(name)
      }
      at = end - 1
    }
  }
  return undefined
}

function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from
  pattern.exec(text)
  return pattern.lastIndex
}
