/** One challenge of a `WWW-Authenticate` header. Scheme and parameter names are lower case. RFC 9110, section 11.6.1. */
export interface Challenge {
  readonly scheme: string
  readonly parameters: ReadonlyMap<string, string>
}

const longestHeader = 16 * 1024
const tokenCharacter = /[!#$%&'*+\-.^_`|~0-9A-Za-z]/

/**
 * Every challenge of the header's value; several headers are joined with commas first. What follows a syntax error is
 * left out, so that a broken second challenge does not hide a good first one. Linear in the length.
 */
export function parseChallenges(header: string | readonly string[] | undefined): readonly Challenge[] {
  const text = (typeof header === 'string' ? header : (header ?? []).join(', ')).slice(0, longestHeader)
  const scanner = scan(text)
  const challenges: { scheme: string; parameters: Map<string, string> }[] = []
  for (;;) {
    scanner.skip(/[\s,]/)
    const word = scanner.token()
    if (word === '') return challenges
    const parameter = readParameter(scanner, word)
    const current = challenges.at(-1)
    if (parameter === undefined) challenges.push({ scheme: word.toLowerCase(), parameters: new Map() })
    else if (parameter === 'broken' || current === undefined) return challenges
    else if (!current.parameters.has(parameter[0])) current.parameters.set(...parameter)
  }
}

type Scanner = ReturnType<typeof scan>

function scan(text: string) {
  let position = 0
  const skip = (what: RegExp): string => {
    const start = position
    while (position < text.length && what.test(text[position] as string)) position++
    return text.slice(start, position)
  }
  return {
    skip,
    token: () => skip(tokenCharacter),
    mark: () => position,
    back(to: number) {
      position = to
    },
    eat(character: string): boolean {
      if (text[position] !== character) return false
      position++
      return true
    },
    /** The rest of a quoted string, its opening quote being eaten; `undefined` when it does not end. */
    quoted(): string | undefined {
      const parts: string[] = []
      for (; position < text.length; position++) {
        const character = text[position] as string
        if (character === '"') {
          position++
          return parts.join('')
        }
        parts.push(character === '\\' ? (text[++position] ?? '') : character)
      }
      return undefined
    }
  }
}

// `name = value` belongs to the challenge before; a word without "=" begins a new one. A token68 such as the data of
// Negotiate reads as a name with an odd value and does no harm.
function readParameter(scanner: Scanner, name: string): readonly [string, string] | 'broken' | undefined {
  const before = scanner.mark()
  scanner.skip(/[ \t]/)
  if (!scanner.eat('=')) {
    scanner.back(before)
    return undefined
  }
  scanner.skip(/[ \t=]/)
  if (!scanner.eat('"')) return [name.toLowerCase(), scanner.skip(/[^\s,"]/)]
  const value = scanner.quoted()
  return value === undefined ? 'broken' : [name.toLowerCase(), value]
}
