import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { memoryOf, processesMentioning, residentMemory, withDescendants } from '../../src/measure/processes.ts'

const word = `mention-${process.pid}`
const child = spawn('sh', ['-c', 'sleep 60 & echo started; wait', word], {
  stdio: ['ignore', 'pipe', 'ignore'],
  detached: true
})

beforeAll(() => once(child.stdout, 'data'))
afterAll(() => void process.kill(-(child.pid ?? 0), 'SIGKILL'))

it('finds processes by a word of their command line', async () => {
  // A child of the shell has its command line until it runs a program of its own.
  await expect.poll(() => processesMentioning(word)).toEqual([child.pid])
})

it('follows children', () => {
  expect(withDescendants([child.pid ?? 0])).toHaveLength(2)
})

it('reads the memory of a process', () => {
  const { rss, pss } = memoryOf(child.pid ?? 0)
  expect(pss).toBeGreaterThan(0)
  expect(rss).toBeGreaterThanOrEqual(pss)
  expect(residentMemory([child.pid ?? 0])).toBeGreaterThan(0)
})

it('takes a process that is gone for an empty one', () => {
  expect(memoryOf(2 ** 22 + 1)).toEqual({ rss: 0, pss: 0 })
  expect(withDescendants([2 ** 22 + 1])).toEqual([2 ** 22 + 1])
})
