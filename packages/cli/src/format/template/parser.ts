import { lex, TemplateError, type Token } from './lexer.ts'

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly pipeline: Pipeline }
  | {
      readonly kind: 'if' | 'with' | 'range'
      readonly pipeline: Pipeline
      readonly body: readonly Node[]
      readonly otherwise: readonly Node[]
    }
  | { readonly kind: 'break' | 'continue' }

/** `$a, $b := command | command`. */
export interface Pipeline {
  readonly variables: readonly string[]
  /** The variables exist already (`=`). */
  readonly assigns: boolean
  readonly commands: readonly (readonly Operand[])[]
}

export type Operand =
  | { readonly kind: 'dot' | 'nil' }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'pipeline'; readonly pipeline: Pipeline }
  /** `.A.B`, or `.A.B` of another operand. */
  | { readonly kind: 'fields'; readonly of: Operand; readonly names: readonly string[] }

interface Cursor {
  readonly tokens: readonly Token[]
  at: number
  /** How deep in `range`: `break` and `continue` need one. */
  loops: number
  /** Blocks and parentheses that are open. */
  depth: number
}

const deepest = 200

function nested<Result>(cursor: Cursor, parse: () => Result): Result {
  if (++cursor.depth > deepest) throw new TemplateError(`nested more than ${deepest} deep`)
  const result = parse()
  cursor.depth--
  return result
}

/** Go's text/template grammar, without named templates. @throws TemplateError */
export function parseTemplate(source: string): readonly Node[] {
  const cursor: Cursor = { tokens: lex(source), at: 0, loops: 0, depth: 0 }
  const { nodes, ended } = parseList(cursor)
  if (ended !== 'end of text') throw new TemplateError(`unexpected {{${ended}}}`)
  return nodes
}

type Ending = 'end' | 'else' | 'end of text'

function parseList(cursor: Cursor): { readonly nodes: readonly Node[]; readonly ended: Ending } {
  const nodes: Node[] = []
  for (;;) {
    const token = take(cursor)
    if (token.kind === 'end') return { nodes, ended: 'end of text' }
    if (token.kind === 'text') {
      nodes.push({ kind: 'text', text: token.text })
      continue
    }
    skipSpaces(cursor)
    const next = peek(cursor)
    if (next.kind === 'word' && (next.text === 'end' || next.text === 'else')) {
      take(cursor)
      if (next.text === 'end') close(cursor)
      return { nodes, ended: next.text }
    }
    nodes.push(parseAction(cursor))
  }
}

function parseAction(cursor: Cursor): Node {
  const token = peek(cursor)
  if (token.kind === 'word') {
    const { text } = token
    if (text === 'if' || text === 'with' || text === 'range') {
      take(cursor)
      return parseBlock(cursor, text)
    }
    if (text === 'break' || text === 'continue') {
      take(cursor)
      close(cursor)
      if (cursor.loops === 0) throw new TemplateError(`{{${text}}} outside {{range}}`)
      return { kind: text }
    }
    if (text === 'define' || text === 'template' || text === 'block')
      throw new TemplateError(`{{${text}}} is not supported`)
  }
  const pipeline = parsePipeline(cursor, 'close')
  close(cursor)
  return { kind: 'print', pipeline }
}

function parseBlock(cursor: Cursor, kind: 'if' | 'with' | 'range'): Node {
  const pipeline = parsePipeline(cursor, 'close')
  close(cursor)
  if (kind === 'range') cursor.loops++
  const { nodes: body, ended } = nested(cursor, () => parseList(cursor))
  if (kind === 'range') cursor.loops--
  if (ended === 'end of text') throw new TemplateError(`{{${kind}}} without {{end}}`)
  return { kind, pipeline, body, otherwise: ended === 'else' ? nested(cursor, () => parseElse(cursor, kind)) : [] }
}

function parseElse(cursor: Cursor, kind: string): readonly Node[] {
  skipSpaces(cursor)
  const next = peek(cursor)
  // `{{else if}}` is a nested block that shares the {{end}}.
  if (next.kind === 'word' && next.text === kind && (kind === 'if' || kind === 'with')) {
    take(cursor)
    return [parseBlock(cursor, kind)]
  }
  close(cursor)
  const { nodes, ended } = parseList(cursor)
  if (ended !== 'end')
    throw new TemplateError(ended === 'else' ? `expected {{end}}; found {{else}}` : `{{${kind}}} without {{end}}`)
  return nodes
}

function parsePipeline(cursor: Cursor, until: 'close' | 'right'): Pipeline {
  skipSpaces(cursor)
  const { variables, assigns } = parseDeclaration(cursor)
  const commands: (readonly Operand[])[] = []
  for (;;) {
    const operands = parseCommand(cursor)
    if (operands.length === 0) throw new TemplateError('missing value for command')
    commands.push(operands)
    const next = peek(cursor)
    if (next.kind === until) return { variables, assigns, commands }
    if (next.kind !== 'pipe') throw new TemplateError(`unexpected ${describe(next)} in command`)
    take(cursor)
  }
}

function parseDeclaration(cursor: Cursor): Pick<Pipeline, 'variables' | 'assigns'> {
  const start = cursor.at
  const variables: string[] = []
  while (peek(cursor).kind === 'variable') {
    variables.push((take(cursor) as { text: string }).text)
    skipSpaces(cursor)
    const next = peek(cursor)
    if (next.kind === 'declare' || next.kind === 'assign') {
      take(cursor)
      return { variables, assigns: next.kind === 'assign' }
    }
    if (next.kind !== 'comma' || variables.length === 2) break
    take(cursor)
    skipSpaces(cursor)
  }
  cursor.at = start
  return { variables: [], assigns: false }
}

function parseCommand(cursor: Cursor): readonly Operand[] {
  const operands: Operand[] = []
  for (;;) {
    skipSpaces(cursor)
    const operand = parseOperand(cursor)
    if (operand === undefined) return operands
    operands.push(operand)
    const next = peek(cursor)
    if (next.kind !== 'space' && next.kind !== 'pipe' && next.kind !== 'close' && next.kind !== 'right') {
      throw new TemplateError(`unexpected ${describe(next)} in operand`)
    }
  }
}

function parseOperand(cursor: Cursor): Operand | undefined {
  const base = parseTerm(cursor)
  if (base === undefined) return undefined
  const names: string[] = []
  for (let token = peek(cursor); token.kind === 'field'; token = peek(cursor)) {
    names.push(token.text)
    take(cursor)
  }
  if (names.length === 0) return base
  if (base.kind === 'literal' || base.kind === 'nil') throw new TemplateError(`unexpected . after a constant`)
  return base.kind === 'fields' ? { ...base, names: [...base.names, ...names] } : { kind: 'fields', of: base, names }
}

const constants: ReadonlyMap<string, Operand> = new Map<string, Operand>([
  ['true', { kind: 'literal', value: true }],
  ['false', { kind: 'literal', value: false }],
  ['nil', { kind: 'nil' }]
])

function parseTerm(cursor: Cursor): Operand | undefined {
  const token = peek(cursor)
  switch (token.kind) {
    case 'dot':
      take(cursor)
      return { kind: 'dot' }
    case 'field':
      take(cursor)
      return { kind: 'fields', of: { kind: 'dot' }, names: [token.text] }
    case 'variable':
      take(cursor)
      return { kind: 'variable', name: token.text }
    case 'string':
      take(cursor)
      return { kind: 'literal', value: token.text }
    case 'number':
      take(cursor)
      return { kind: 'literal', value: token.value }
    case 'word':
      take(cursor)
      return constants.get(token.text) ?? { kind: 'function', name: token.text }
    case 'left': {
      take(cursor)
      const pipeline = nested(cursor, () => parsePipeline(cursor, 'right'))
      take(cursor)
      return { kind: 'pipeline', pipeline }
    }
    default:
      return undefined
  }
}

function peek(cursor: Cursor): Token {
  return cursor.tokens[cursor.at] ?? { kind: 'end' }
}

function take(cursor: Cursor): Token {
  const token = peek(cursor)
  cursor.at++
  return token
}

function skipSpaces(cursor: Cursor): void {
  while (peek(cursor).kind === 'space') cursor.at++
}

function close(cursor: Cursor): void {
  skipSpaces(cursor)
  const token = take(cursor)
  if (token.kind !== 'close') throw new TemplateError(`unexpected ${describe(token)}; expected }}`)
}

function describe(token: Token): string {
  if (token.kind === 'end') return 'end of text'
  return 'text' in token ? `<${token.text}>` : `<${token.kind}>`
}
