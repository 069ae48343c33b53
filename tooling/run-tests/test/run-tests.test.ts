import { describe, expect, test, vi } from 'vitest'
import { command } from '../src/command.ts'
import { count, runStages, summary, type Stage, type Tally, type VitestReport } from '../src/index.ts'

const tally = (passed: number, failed: number, skipped = 0): Tally => ({ passed, failed, skipped })

const report = (change: Partial<VitestReport>): VitestReport => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
  ...change
})

test('the last line counts, and names skipped tests only when there are any', () => {
  expect(summary(tally(12, 0))).toBe('12 passed, 0 failed')
  expect(summary(tally(1, 2, 3))).toBe('1 passed, 2 failed, 3 skipped')
})

describe('counting a report', () => {
  test('tests are counted as vitest counts them', () => {
    expect(count(report({ numPassedTests: 3, numFailedTests: 1, numPendingTests: 1, numTodoTests: 1 }), 1)).toEqual(
      tally(3, 1, 2)
    )
  })

  test('a file that could not be loaded is a failure', () => {
    const testResults = [{ status: 'failed', assertionResults: [] }]
    expect(count(report({ numPassedTests: 3, testResults }), 1)).toEqual(tally(3, 1))
  })

  test('a file with failed tests is not counted twice', () => {
    const testResults = [{ status: 'failed', assertionResults: [{ status: 'failed' }] }]
    expect(count(report({ numFailedTests: 1, testResults }), 1)).toEqual(tally(0, 1))
  })

  test('a run that failed without a failed test is a failure', () => {
    expect(count(report({ numPassedTests: 5 }), 1)).toEqual(tally(5, 1))
  })
})

describe('stages', () => {
  const input = { root: '/', filters: [] }
  const stage = (
    name: string,
    result: Tally,
    change: Partial<Stage> = {}
  ): Stage & { run: ReturnType<typeof vi.fn> } => ({
    name,
    title: name,
    ...change,
    run: vi.fn(async () => result)
  })
  vi.spyOn(console, 'log').mockImplementation(() => undefined)

  test('a failure does not keep the next stage from running', async () => {
    const next = stage('b', tally(2, 0))
    expect(await runStages([stage('a', tally(0, 1)), next], input, true)).toEqual(tally(2, 1))
  })

  test('a stage whose ground failed is one failure, not run', async () => {
    const next = stage('b', tally(2, 0), { after: 'a' })
    expect(await runStages([stage('a', tally(0, 1)), next], input, true)).toEqual(tally(0, 2))
    expect(next.run).not.toHaveBeenCalled()
  })

  test('without root a stage that needs it is one failure, and says how to run it', async () => {
    const needsRoot = stage('a', tally(2, 0), { needsRoot: true })
    expect(await runStages([needsRoot], input, false)).toEqual(tally(0, 1))
    expect(needsRoot.run).not.toHaveBeenCalled()
    expect(console.log).toHaveBeenCalledWith(expect.stringContaining('sudo env "PATH=$PATH" npm test'))
  })
})

describe('commands', () => {
  const options = { cwd: '/', deadline: 5_000, capture: true }

  test('both streams and the exit code come back', async () => {
    const script = 'console.log("out"); console.error("err"); process.exitCode = 3'
    const result = await command(process.execPath, ['-e', script], options)
    expect(result.code).toBe(3)
    expect(result.output.split('\n').toSorted()).toEqual(['', 'err', 'out'])
  })

  test('a program that does not exist is an exit code', async () => {
    expect((await command('no-such-program', [], options)).code).toBe(127)
  })

  test('a deadline ends the command', async () => {
    const endless = await command(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      ...options,
      deadline: 200
    })
    expect(endless.code).toBe(124)
  })
})
