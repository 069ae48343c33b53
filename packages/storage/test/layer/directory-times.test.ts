import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { directoryTimes } from '../../src/layer/directory-times.ts'
import { temporary } from '../support.ts'

test.each([3, 50_000])('gives back %i times in their order', async (count) => {
  await using directory = temporary()
  const times = directoryTimes(directory.path)
  const records = Array.from(
    { length: count },
    (_, index) => [`d\u00ff${index}/${'x'.repeat(index % 300)}`, BigInt(index) * 1_000_000_007n - 5n] as const
  )
  for (const [path, time] of records) times.add(path, time)
  expect([...times.list()]).toEqual(records)
  times.close()
  expect(readdirSync(directory.path)).toEqual([])
})

test('takes paths longer than its memory, and keeps little of many', async () => {
  await using directory = temporary()
  const times = directoryTimes(directory.path)
  const long = 'y'.repeat(3_000_000)
  times.add(long, 1n)
  times.add('short', -1n)
  times.add(long, 2n)
  expect([...times.list()]).toEqual([
    [long, 1n],
    ['short', -1n],
    [long, 2n]
  ])
  times.close()
  const many = directoryTimes(directory.path)
  const before = process.memoryUsage().rss
  const path = 'z'.repeat(4000)
  for (let index = 0; index < 100_000; index++) many.add(path, 0n)
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000)
  many.close()
})
