import { describe, expect, test } from 'vitest'
import { boundaries, packages, problems, reachable, type PackageEntry } from '../src/index.ts'

const entry = (folder: string, layer: PackageEntry['layer'], change: Partial<PackageEntry> = {}): PackageEntry => ({
  folder,
  layer,
  description: folder,
  ...change
})

test('the table keeps its own rules', () => {
  expect(problems(packages)).toEqual([])
})

describe('refused', () => {
  const storage = entry('packages/storage', 'driver')
  const runc = entry('packages/runc-driver', 'driver')

  test('one row uses itself', () => {
    expect(problems([storage, { ...runc, uses: ['storage'] }])).toEqual([
      'packages/runc-driver (driver) may not use packages/storage (driver)'
    ])
  })

  test('a front end uses a driver', () => {
    expect(problems([storage, entry('packages/cli', 'front', { uses: ['storage'] })])).toHaveLength(1)
  })

  test('an app reaches past its assembly', () => {
    expect(problems([storage, entry('apps/runcible', 'app', { uses: ['storage'] })])).toHaveLength(1)
  })

  test('shipped code uses tooling', () => {
    const fakes = entry('tooling/fakes', 'tooling')
    expect(problems([fakes, { ...storage, uses: ['fakes'] }])).toHaveLength(1)
    expect(problems([fakes, { ...storage, testUses: ['fakes'] }])).toEqual([])
  })

  test('tests use another driver', () => {
    expect(problems([storage, { ...runc, testUses: ['storage'] }])).toHaveLength(1)
  })

  test('a name that is not in the table', () => {
    expect(problems([{ ...storage, uses: ['nothing'] }])).toEqual([
      'packages/storage names @runcible/nothing, which is not in the table'
    ])
  })

  test('a cycle', () => {
    const a = entry('tooling/a', 'tooling', { uses: ['b'] })
    const b = entry('tooling/b', 'tooling', { uses: ['a'] })
    expect(problems([a, b])).toEqual(['dependency cycle: a → b → a'])
  })
})

test('turbo is told the rows that are reached through others too', () => {
  expect(reachable('app').toSorted()).toEqual(['assembly', 'base', 'contract', 'core', 'driver', 'front', 'pure'])
  expect(boundaries().tags['driver']).toEqual({ dependencies: { allow: ['contract', 'base', 'tooling'] } })
})
