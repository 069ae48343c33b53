import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'embedding-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

test('engines in a program: side by side, without leaks, and the program ends by itself', () => {
  const program = join(import.meta.dirname, 'support/embedding-program.ts')
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', ...process.execArgv, program, home], {
    encoding: 'utf8',
    timeout: 50_000
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const { words, before, after, closed, closedAgain } = JSON.parse(stdout)
  expect(words).toEqual(['one\n', 'two\n'])
  expect(after).toEqual(before)
  expect(closed.descriptors).toBeLessThan(after.descriptors)
  expect(closedAgain.descriptors).toBeLessThanOrEqual(closed.descriptors)
  expect(closedAgain.threads).toBe(closed.threads)
})
