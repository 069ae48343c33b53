import { functions } from './functions.ts'
import { TemplateError } from './lexer.ts'
import type { Node, Operand, Pipeline } from './parser.ts'
import { goString, isMap, member, type Method, truthy } from './values.ts'

interface Scope {
  readonly dot: unknown
  readonly variables: Variables
  readonly out: string[]
  /** Applied to every value before it is written. */
  readonly show: (text: string) => string
}

/** Variables by name; an inner scope sees and may assign those outside. */
interface Variables {
  readonly own: Map<string, unknown>
  readonly outer: Variables | undefined
}

type Flow = 'go on' | 'break' | 'continue'

/** Runs a template on a value. @throws TemplateError */
export function evaluate(
  nodes: readonly Node[],
  data: unknown,
  show: (text: string) => string = (text) => text
): string {
  const out: string[] = []
  walk(nodes, { dot: data, variables: { own: new Map([['$', data]]), outer: undefined }, out, show })
  return out.join('')
}

function walk(nodes: readonly Node[], scope: Scope): Flow {
  for (const node of nodes) {
    const flow = walkOne(node, scope)
    if (flow !== 'go on') return flow
  }
  return 'go on'
}

function walkOne(node: Node, scope: Scope): Flow {
  switch (node.kind) {
    case 'text':
      scope.out.push(node.text)
      return 'go on'
    case 'print': {
      const value = run(node.pipeline, scope)
      if (node.pipeline.variables.length === 0) scope.out.push(scope.show(goString(value)))
      return 'go on'
    }
    case 'break':
    case 'continue':
      return node.kind
    case 'range':
      return walkRange(node, inner(scope, scope.dot))
    default: {
      const block = inner(scope, scope.dot)
      const value = run(node.pipeline, block)
      const chosen = truthy(value) ? node.body : node.otherwise
      return walk(chosen, node.kind === 'with' && truthy(value) ? { ...block, dot: value } : block)
    }
  }
}

function walkRange(node: Extract<Node, { pipeline: Pipeline; body: readonly Node[] }>, scope: Scope): Flow {
  const value = run({ ...node.pipeline, variables: [] }, scope)
  const entries = entriesOf(value)
  if (entries.length === 0) return walk(node.otherwise, scope)
  for (const [key, item] of entries) {
    const body = inner(scope, item)
    const [first, second] = node.pipeline.variables
    if (first !== undefined) body.variables.own.set(first, second === undefined ? item : key)
    if (second !== undefined) body.variables.own.set(second, item)
    if (walk(node.body, body) === 'break') break
  }
  return 'go on'
}

function entriesOf(value: unknown): readonly (readonly [unknown, unknown])[] {
  if (value === null || value === undefined) return []
  if (Array.isArray(value)) return value.map((item, index) => [index, item] as const)
  if (isMap(value))
    return Object.keys(value)
      .toSorted()
      .map((key) => [key, value[key]] as const)
  if (typeof value === 'number' && Number.isInteger(value) && value <= 1_000_000)
    return Array.from({ length: Math.max(0, value) }, (_unused, at) => [at, at] as const)
  throw new TemplateError(`range can't iterate over ${goString(value)}`)
}

function inner(scope: Scope, dot: unknown): Scope {
  return { ...scope, dot, variables: { own: new Map(), outer: scope.variables } }
}

function run({ commands, variables, assigns }: Pipeline, scope: Scope): unknown {
  let value: unknown
  commands.forEach((operands, at) => {
    value = runCommand(operands, scope, at === 0 ? [] : [value])
  })
  const [name] = variables
  if (name !== undefined) bind(scope.variables, name, value, assigns)
  return value
}

function bind(variables: Variables, name: string, value: unknown, assigns: boolean): void {
  if (!assigns) {
    variables.own.set(name, value)
    return
  }
  for (let at: Variables | undefined = variables; at !== undefined; at = at.outer) {
    if (at.own.has(name)) return void at.own.set(name, value)
  }
  throw new TemplateError(`undefined variable "${name}"`)
}

function runCommand(operands: readonly Operand[], scope: Scope, piped: readonly unknown[]): unknown {
  const [first, ...rest] = operands as readonly [Operand, ...Operand[]]
  if (first.kind === 'function' && (first.name === 'and' || first.name === 'or'))
    return shortCircuit(first.name, rest, scope, piped)
  const args = [...rest.map((operand) => single(operand, scope)), ...piped]
  const target = resolve(first, scope)
  if (typeof target === 'function') return (target as Method)(...args)
  if (args.length > 0)
    throw new TemplateError(
      `can't give argument to non-function ${first.kind === 'fields' ? `.${first.names.join('.')}` : first.kind}`
    )
  return target
}

function shortCircuit(
  name: 'and' | 'or',
  operands: readonly Operand[],
  scope: Scope,
  piped: readonly unknown[]
): unknown {
  const thunks = [...operands.map((operand) => () => single(operand, scope)), ...piped.map((value) => () => value)]
  if (thunks.length === 0) throw new TemplateError(`wrong number of args for ${name}: want at least 1 got 0`)
  let value: unknown
  for (const thunk of thunks) {
    value = thunk()
    if (truthy(value) === (name === 'or')) return value
  }
  return value
}

/** An operand alone: a function or method is called without arguments. */
function single(operand: Operand, scope: Scope): unknown {
  const value = resolve(operand, scope)
  return typeof value === 'function' ? (value as Method)() : value
}

function resolve(operand: Operand, scope: Scope): unknown {
  switch (operand.kind) {
    case 'dot':
      return scope.dot
    case 'nil':
      return null
    case 'literal':
      return operand.value
    case 'variable':
      return lookUp(scope.variables, operand.name)
    case 'pipeline':
      return run(operand.pipeline, inner(scope, scope.dot))
    case 'fields':
      return operand.names.reduce<unknown>(
        (value, name) => member(typeof value === 'function' ? (value as Method)() : value, name),
        resolve(operand.of, scope)
      )
    case 'function': {
      const found = functions[operand.name]
      if (found === undefined) throw new TemplateError(`function "${operand.name}" not defined`)
      return found
    }
  }
}

function lookUp(variables: Variables, name: string): unknown {
  for (let at: Variables | undefined = variables; at !== undefined; at = at.outer)
    if (at.own.has(name)) return at.own.get(name)
  throw new TemplateError(`undefined variable "${name}"`)
}
