import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command } from './command.ts'
import { oneFailed, type Tally } from './tally.ts'

/** The part of vitest's JSON report that is counted. */
export interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

/**
 * Counts a report. A file that failed outside its tests (an import, a hook) is one failed test, and so is a run that
 * failed without naming any.
 */
export function count(report: VitestReport, code: number): Tally {
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((assertion) => assertion.status !== 'failed')
  )
  const failed = report.numFailedTests + brokenFiles.length
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests
  }
}

/** Runs one vitest project, showing its report, and counts its tests. */
export async function runVitest(root: string, project: string, filters: readonly string[]): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'run-tests-'))
  try {
    const file = join(folder, 'report.json')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    // Filters choose among the files of all stages; a whole stage without tests is a mistake.
    const chosen = filters.length > 0 ? ['--passWithNoTests', ...filters] : []
    const args = ['run', '--project', project, ...reporters, ...chosen]
    const { code } = await command('vitest', args, { cwd: root, deadline: 3_600_000 })
    return count(JSON.parse(readFileSync(file, 'utf8')) as VitestReport, code)
  } catch (error) {
    console.error(`  ✘ vitest left no report: ${error instanceof Error ? error.message : String(error)}`)
    return oneFailed
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
