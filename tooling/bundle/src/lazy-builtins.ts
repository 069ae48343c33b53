import type { Plugin } from 'rolldown'
import { parseAst } from 'rolldown/parseAst'

/** `let node_tls = require("node:tls");`, with the line that wraps it for a default or namespace import. */
const binding = /^let ([\w$]+) = require\("(node:[\w/]+)"\);\n(?:\1 = ([\w$.]+\(\1(?:, \d)?\));\n)?/gm

/**
 * Loads each Node builtin when it is first used instead of when the chunk that names it is loaded: a command pays only
 * for the builtins that it really reaches.
 */
export function lazyBuiltins(): Plugin {
  return { name: 'lazy-builtins', renderChunk: (code) => deferBuiltins(code) }
}

/** The chunk with every top-level `require` of a builtin turned into a function, and every use into a call. */
export function deferBuiltins(code: string): string {
  const names = new Set<string>()
  const cached: string[] = []
  const rest = code.replace(binding, (_match, name: string, builtin: string, wrap?: string) => {
    names.add(name)
    const load = `require("${builtin}")`
    const value = wrap ? wrap.replace(`(${name}`, `(${load}`) : load
    cached.push(`let ${name}$; const ${name} = () => ${name}$ ??= ${value};`)
    return ''
  })
  if (names.size === 0) return code
  return insertDeclarations(callUses(rest, names), cached)
}

/** After the directive prologue; the wrapper is hoisted or already defined when a function is first called. */
function insertDeclarations(code: string, lines: readonly string[]): string {
  const prologue = /^(?:#![^\n]*\n)?(?:\s*["']use strict["'];?\n)?/.exec(code)?.[0] ?? ''
  return `${prologue}${lines.join('\n')}\n${code.slice(prologue.length)}`
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string'

function callUses(code: string, names: ReadonlySet<string>): string {
  const edits: { readonly at: number; readonly text: string }[] = []
  const visit = (node: Node) => {
    if (isShorthand(node, names)) {
      edits.push({ at: node.end, text: `: ${nameOf(node['key'])}()` })
      return
    }
    if (node.type === 'Identifier' && names.has(nameOf(node))) {
      // The parentheses keep `new node_x.Worker()` a construction of Worker.
      edits.push({ at: node.start, text: '(' }, { at: node.end, text: '())' })
    }
    for (const [key, child] of Object.entries(node)) {
      if (isPropertyName(node, key)) continue
      if (Array.isArray(child)) child.filter(isNode).forEach(visit)
      else if (isNode(child)) visit(child)
    }
  }
  visit(parseAst(code) as unknown as Node)
  return applyEdits(code, edits)
}

const nameOf = (identifier: unknown) => (identifier as { name?: string }).name ?? ''

const keyed = new Set(['Property', 'MethodDefinition', 'PropertyDefinition'])

/** A property's name is no use of the variable of that name. */
const isPropertyName = (node: Node, key: string) =>
  node['computed'] === false &&
  ((node.type === 'MemberExpression' && key === 'property') || (keyed.has(node.type) && key === 'key'))

const isShorthand = (node: Node, names: ReadonlySet<string>) =>
  node.type === 'Property' && node['shorthand'] === true && names.has(nameOf(node['key']))

function applyEdits(code: string, edits: readonly { readonly at: number; readonly text: string }[]): string {
  let result = ''
  let from = 0
  for (const { at, text } of edits.toSorted((a, b) => a.at - b.at)) {
    result += code.slice(from, at) + text
    from = at
  }
  return result + code.slice(from)
}
