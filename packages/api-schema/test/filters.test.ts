import { expect, test } from 'vitest'
import { checkContainerFilters, parseFilters } from '../src/index.ts'

test.each([
  [undefined, {}],
  ['null', {}],
  ['{}', {}],
  ['{"status":["running","paused"]}', { status: ['running', 'paused'] }],
  ['{"status":{"running":true,"paused":false}}', { status: ['running', 'paused'] }],
  ['{"label":[]}', { label: [] }]
])('%s', (text, filters) => {
  expect({ ...parseFilters(text) }).toEqual(filters)
})

test('names of the language are data', () => {
  const filters = parseFilters('{"__proto__":["a"],"constructor":["b"]}')
  expect(Object.entries(filters)).toEqual([
    ['__proto__', ['a']],
    ['constructor', ['b']]
  ])
  expect(Object.getPrototypeOf(filters)).toBeNull()
})

test.each([
  '',
  '{',
  '[]',
  '1',
  '"a"',
  'true',
  '{"a":1}',
  '{"a":"b"}',
  '{"a":[1]}',
  '{"a":[["b"]]}',
  '{"a":{"b":1}}',
  '{"a":null}',
  '['.repeat(100_000),
  `{"a":["${'x'.repeat(70_000)}"]}`
])('%.40s is refused', (text) => {
  expect(() => parseFilters(text)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
})

test('values that cannot match are refused, on one line', () => {
  expect(checkContainerFilters({ status: ['exited', 'dead'], exited: ['0', '137', '-1'], name: ['x'] })).toBeDefined()
  for (const filters of [{ status: ['zz\nz'] }, { exited: ['0x1'] }, { exited: [''] }]) {
    const message = expect.not.stringContaining('\n')
    expect(() => checkContainerFilters(filters)).toThrow(expect.objectContaining({ code: 'invalid-argument', message }))
  }
})
