import { expect, test } from 'vitest'
import { deferBuiltins } from '../src/lazy-builtins.ts'

const run = (code: string): unknown =>
  new Function('require', `${deferBuiltins(code)}\nreturn result`)(() => ({ x: 1 }))

test('uses become calls, names of properties do not', () => {
  const code =
    'let node_a = require("node:a");\nconst o = { node_a: 2, node_b: node_a.x };\nconst result = [o.node_a, o.node_b];'
  expect(run(code)).toEqual([2, 1])
})

test('shorthand properties keep their name', () => {
  expect(run('let node_a = require("node:a");\nconst result = { node_a };')).toEqual({ node_a: { x: 1 } })
})

test('a construction stays one', () => {
  const code = 'let node_a = require("node:a");\nconst result = new node_a.Thing(7).value;'
  class Thing {
    readonly value: number
    constructor(value: number) {
      this.value = value
    }
  }
  expect(new Function('require', `${deferBuiltins(code)}\nreturn result`)(() => ({ Thing }))).toBe(7)
})

test('strings are left alone', () => {
  expect(run('let node_a = require("node:a");\nconst result = "node_a.x" + node_a.x;')).toBe('node_a.x1')
})

test('the wrapper of a default import is part of the deferred load', () => {
  const code =
    'let node_a = require("node:a");\nnode_a = __toESM(node_a);\nfunction __toESM(m) { return { default: m } }\nconst result = node_a.default.x;'
  expect(run(code)).toBe(1)
})

test('code without builtins is unchanged', () => {
  expect(deferBuiltins('const a = 1;\n')).toBe('const a = 1;\n')
})
