import { describe, expect, test } from 'vitest'
import { exampleOf, libraries, runExample } from './run-example.ts'

describe('README examples that need root', () => {
  const needRoot = libraries.filter((entry) => exampleOf(entry)?.needsRoot)

  test('there is at least one', () => {
    expect(needRoot).not.toEqual([])
  })

  test.each(needRoot)('$folder', (entry) => {
    const example = exampleOf(entry)
    expect(example && runExample(entry, example)).toMatchObject({ status: 0 })
  })
})
