import type { BenchmarkResult } from './result.ts'
import type { Facts } from './facts.ts'
import { columns, rowsOf } from './rows.ts'
import { markdownTable, textTable } from './table.ts'

/** All of one run, as it is written to the results file. */
export interface Report {
  /** RFC 3339. */
  readonly date: string
  readonly isQuick: boolean
  readonly facts: Facts
  readonly versions: Readonly<Record<string, string>>
  /** Peers that were not measured, and why. */
  readonly missing: readonly string[]
  readonly load: { readonly before: number; readonly after: number }
  readonly benchmarks: readonly BenchmarkResult[]
}

export function textReport(report: Report): string {
  const failures = report.benchmarks.flatMap(({ name, failures: lines }) =>
    lines.map((line) => `failed: ${name}: ${line}`)
  )
  const missing = report.missing.map((peer) => `not measured: ${peer}`)
  return [textTable(columns, rowsOf(report.benchmarks)), '', conditions(report), ...missing, ...failures].join('\n')
}

export function markdownReport(report: Report): string {
  const titles = report.benchmarks.map(({ name, title }) => `- **${name}**: ${title}`)
  const missing = report.missing.map((peer) => `Not measured: ${peer}.`)
  const parts = [
    conditions(report),
    missing.join(' '),
    markdownTable(columns, rowsOf(report.benchmarks)),
    titles.join('\n')
  ]
  return parts.filter(Boolean).join('\n\n')
}

function conditions({ facts, versions, load, date, isQuick }: Report): string {
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const machine = `${facts.distribution}, kernel ${facts.kernel}, ${facts.cpus} CPUs, cgroups ${facts.cgroups}`
  const tools = `Node ${facts.node}, runc ${facts.runc}, conmon ${facts.conmon}`
  const when = `${date.slice(0, 10)}, load ${load.before} before and ${load.after} after${isQuick ? ', quick' : ''}`
  return `${programs.join(', ')}; ${tools}; ${machine}; ${when}.`
}
