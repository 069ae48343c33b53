import { describe, expect, test } from 'vitest'
import { firstExample } from '../src/index.ts'
import { exampleOf, libraries, runExample } from './run-example.ts'

test('the first ts block is the example, and the line before it may ask for root', () => {
  expect(firstExample('# a\n\n```sh\nx\n```\n\n```ts\nlet a = 1\n```\n\n```ts\nb\n```\n')).toEqual({
    code: 'let a = 1\n',
    needsRoot: false
  })
  expect(firstExample('This needs root:\n\n```ts\na\n```\n')?.needsRoot).toBe(true)
  expect(firstExample('# nothing\n')).toBeUndefined()
})

describe('README examples', () => {
  test.each(libraries)('$folder has one, and it runs', (entry) => {
    const example = exampleOf(entry)
    expect(example).toBeDefined()
    if (!example || example.needsRoot) return
    expect(runExample(entry, example)).toMatchObject({ status: 0 })
  })
})
