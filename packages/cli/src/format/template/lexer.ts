/** A piece of a template: text as it is, or the inside of `{{ }}`. */
export type Token =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind:
        | 'open'
        | 'close'
        | 'space'
        | 'pipe'
        | 'comma'
        | 'left'
        | 'right'
        | 'declare'
        | 'assign'
        | 'dot'
        | 'end'
    }
  /** `.Name`, without the dot. */
  | { readonly kind: 'field'; readonly text: string }
  /** `$name`, with the dollar. */
  | { readonly kind: 'variable'; readonly text: string }
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }

/** A template that does not parse. The message says what is wrong, without the place. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'
}

const trimEnd = /[ \t\r\n]+$/
const trimStart = /^[ \t\r\n]+/

/** Go's text/template lexis. Linear in the length of the text. @throws TemplateError */
export function lex(source: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  let trimNext = false
  while (at < source.length) {
    const open = source.indexOf('{{', at)
    const trimsBefore = open >= 0 && /^\{\{-[ \t\r\n]/.test(source.slice(open, open + 4))
    let text = open < 0 ? source.slice(at) : source.slice(at, open)
    if (trimNext) text = text.replace(trimStart, '')
    if (trimsBefore) text = text.replace(trimEnd, '')
    if (text !== '') tokens.push({ kind: 'text', text })
    if (open < 0) break
    const action = lexAction(source, open + 2 + (trimsBefore ? 1 : 0))
    tokens.push(...action.tokens)
    at = action.after
    trimNext = action.trims
  }
  tokens.push({ kind: 'end' })
  return tokens
}

interface Action {
  readonly tokens: readonly Token[]
  readonly after: number
  /** Whether it ends in ` -}}`. */
  readonly trims: boolean
}

function lexAction(source: string, start: number): Action {
  const comment = lexComment(source, start)
  if (comment !== undefined) return comment
  const tokens: Token[] = [{ kind: 'open' }]
  let at = start
  while (at < source.length) {
    const trims = /[ \t\r\n]/.test(source[at]!) && source.startsWith('-}}', skipSpace(source, at))
    const closing = trims ? skipSpace(source, at) + 1 : at
    if (source.startsWith('}}', closing)) {
      tokens.push({ kind: 'close' })
      return { tokens, after: closing + 2, trims }
    }
    const { token, after } = lexOne(source, at)
    tokens.push(token)
    at = after
  }
  throw new TemplateError('unclosed action')
}

function lexComment(source: string, start: number): Action | undefined {
  const begin = skipSpace(source, start)
  if (!source.startsWith('/*', begin)) return undefined
  const end = source.indexOf('*/', begin + 2)
  if (end < 0) throw new TemplateError('unclosed comment')
  const close = /^(?:[ \t\r\n]+(-))?\}\}/.exec(source.slice(end + 2, end + 200))
  if (close === null) throw new TemplateError('comment ends before closing delimiter')
  return { tokens: [], after: end + 2 + close[0].length, trims: close[1] !== undefined }
}

interface Lexed {
  readonly token: Token
  readonly after: number
}

const single: Readonly<Record<string, Token>> = {
  '|': { kind: 'pipe' },
  ',': { kind: 'comma' },
  '(': { kind: 'left' },
  ')': { kind: 'right' },
  '=': { kind: 'assign' }
}
const number = /[+-]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/y
const name = /[\p{L}_][\p{L}\p{Nd}_]*/uy

function lexOne(source: string, at: number): Lexed {
  const character = source[at]!
  if (/[ \t\r\n]/.test(character)) return { token: { kind: 'space' }, after: skipSpace(source, at) }
  if (source.startsWith(':=', at)) return { token: { kind: 'declare' }, after: at + 2 }
  const known = single[character]
  if (known !== undefined) return { token: known, after: at + 1 }
  if (character === '"' || character === '`' || character === "'") return lexQuoted(source, at, character)
  const digits = match(number, source, at)
  if (digits !== '') return { token: { kind: 'number', value: Number(digits) }, after: at + digits.length }
  if (character === '.' || character === '$') {
    const rest = match(name, source, at + 1)
    const after = at + 1 + rest.length
    if (character === '$') return { token: { kind: 'variable', text: `$${rest}` }, after }
    return { token: rest === '' ? { kind: 'dot' } : { kind: 'field', text: rest }, after }
  }
  const word = match(name, source, at)
  if (word !== '') return { token: { kind: 'word', text: word }, after: at + word.length }
  throw new TemplateError(`unexpected ${JSON.stringify(character)} in command`)
}

function lexQuoted(source: string, at: number, quote: string): Lexed {
  let end = at + 1
  while (end < source.length && source[end] !== quote && (quote === '`' || source[end] !== '\n')) {
    end += quote !== '`' && source[end] === '\\' ? 2 : 1
  }
  if (source[end] !== quote) throw new TemplateError('unterminated quoted string')
  const inside = source.slice(at + 1, end)
  const text = quote === '`' ? inside : unescape(inside)
  const token: Token = quote === "'" ? { kind: 'number', value: text.codePointAt(0) ?? 0 } : { kind: 'string', text }
  return { token, after: end + 1 }
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'"
}

function unescape(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.?))/gs,
    (_all, x?: string, u?: string, long?: string, octal?: string, plain?: string) => {
      const hex = x ?? u ?? long
      const code =
        hex === undefined ? (octal === undefined ? undefined : Number.parseInt(octal, 8)) : Number.parseInt(hex, 16)
      if (code !== undefined && code <= 0x10ffff) return String.fromCodePoint(code)
      const character = escapes[plain ?? '']
      if (character === undefined) throw new TemplateError(`unknown escape \\${plain ?? ''} in a string`)
      return character
    }
  )
}

function match(pattern: RegExp, source: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(source)?.[0] ?? ''
}

function skipSpace(source: string, from: number): number {
  let at = from
  while (at < source.length && /[ \t\r\n]/.test(source[at]!)) at++
  return at
}
