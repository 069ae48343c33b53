import type { BenchmarkResult, ContestantResult, TargetResult } from './result.ts'

export const columns = [
  'benchmark',
  'what',
  'program',
  'median',
  'min',
  'p90',
  'ours / it',
  'p10 … p90',
  'target'
] as const

/** The cells of the report, a row for each contestant of each metric. */
export function rowsOf(results: readonly BenchmarkResult[]): string[][] {
  return results.flatMap(({ name, metrics }) =>
    metrics.flatMap(({ title, unit, contestants }, metricAt) =>
      contestants.map((contestant, at) => [
        metricAt === 0 && at === 0 ? name : '',
        at === 0 ? `${title}, ${unit}` : '',
        contestant.name,
        ...[contestant.median, contestant.min, contestant.p90].map(number),
        ...comparisonCells(contestant)
      ])
    )
  )
}

function comparisonCells({ comparison, target }: ContestantResult): string[] {
  const goal = target === undefined ? '' : targetText(target)
  if (comparison === undefined) return ['', '', goal]
  const { ratio, spread } = comparison
  const spreadText = spread.map((value) => value.toFixed(2)).join(' … ')
  return [ratio.toFixed(2), spreadText, goal]
}

function targetText({ kind, atMost, value, isMet }: TargetResult): string {
  const mark = isMet ? '✔' : '✘'
  if (kind === 'ratio') return `≤ ${atMost.toFixed(2)} ${mark}`
  if (kind === 'value') return `≤ ${atMost} ${mark}`
  return `≤ +${atMost}: +${value.toFixed(1)} ${mark}`
}

function number(value: number): string {
  if (value >= 100) return value.toFixed(0)
  return value.toFixed(value >= 10 ? 1 : 2)
}
