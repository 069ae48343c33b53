import { describe, expect, test } from 'vitest'
import { useSandbox } from '../src/index.ts'

const box = useSandbox()
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)

describe('at the same time', () => {
  test('ten runs with a network', async () => {
    const results = await Promise.all(
      numbers(10).map((number) => box.run(['run', '--rm', ...box.sh(`echo ${number}; exit ${number}`)]))
    )
    expect(results.map(({ stdout, exitCode }) => `${stdout.trim()} ${exitCode}`)).toEqual(
      numbers(10).map((number) => `${number} ${number}`)
    )
    expect(await box.ok('ps', '-aq')).toBe('')
  })

  test('ten of one name: one wins, the others are told', async () => {
    const results = await Promise.all(numbers(10).map(() => box.run(['create', '--name', 'same', box.image, 'true'])))
    const codes = results.map(({ exitCode }) => exitCode).toSorted((a, b) => a - b)
    expect(codes).toEqual([0, ...Array.from({ length: 9 }, () => 125)])
    expect(await box.ok('ps', '-aq')).toHaveLength(12)
    await box.ok('rm', 'same')
  })

  test('stop, kill, rm -f and ps of one container', async () => {
    await box.ok('run', '-d', '--name', 'victim', box.image, 'sleep', '1000')
    await Promise.all([
      box.run(['stop', '-t', '1', 'victim']),
      box.run(['kill', 'victim']),
      box.run(['ps', '-a']),
      box.run(['rm', '-f', '-t', '0', 'victim']),
      box.run(['rm', '-f', '-t', '0', 'victim'])
    ])
    await box.ok('rm', '-f', '--ignore', 'victim')
    expect(await box.ok('ps', '-aq')).toBe('')
  })

  test('pulls of one image', async () => {
    const ids = await Promise.all(numbers(4).map(() => box.pull('test/layers')))
    expect(new Set(ids).size).toBe(1)
    await box.ok('image', 'exists', ids[0] ?? '')
  })
})
