import type { Benchmark, Metric, Target } from '../benchmark.ts'
import { compare, type Comparison, summaryOf, type Summary } from '../measure/statistics.ts'
import type { Measured } from '../runner.ts'

/** One contestant in one metric. */
export interface ContestantResult extends Summary {
  readonly name: string
  readonly samples: readonly number[]
  /** Ours against it. */
  readonly comparison?: Comparison
  readonly target?: TargetResult
}

export interface TargetResult {
  readonly kind: 'ratio' | 'difference' | 'value'
  readonly atMost: number
  readonly value: number
  readonly isMet: boolean
}

export interface MetricResult extends Metric {
  readonly metric: string
  /** Ours first. */
  readonly contestants: readonly ContestantResult[]
}

export interface BenchmarkResult {
  readonly name: string
  readonly title: string
  readonly metrics: readonly MetricResult[]
  readonly failures: readonly string[]
}

export function resultOf(benchmark: Benchmark, measured: readonly Measured[]): BenchmarkResult {
  const { name, title, metrics } = benchmark
  return {
    name,
    title,
    metrics: Object.entries(metrics).map(([metric, { title: metricTitle, unit }]) => ({
      metric,
      title: metricTitle,
      unit,
      contestants: contestantsOf(metric, measured, benchmark.targets)
    })),
    failures: measured.flatMap(({ contestant, failure }) =>
      failure === undefined ? [] : [`${contestant}: ${failure}`]
    )
  }
}

function contestantsOf(metric: string, measured: readonly Measured[], targets: readonly Target[]): ContestantResult[] {
  const valuesOf = ({ samples }: Measured): number[] => samples.map((sample) => sample[metric] ?? NaN)
  const [first] = measured
  const ours = first === undefined ? [] : valuesOf(first)
  return measured
    .filter(({ samples }) => samples.some((sample) => sample[metric] !== undefined))
    .map((other) => {
      const values = valuesOf(other)
      const one: ContestantResult = { name: other.contestant, samples: values, ...summaryOf(values) }
      if (other === first) return { ...one, ...ownTarget(metric, one.median, targets) }
      if (ours.length === 0) return one
      const comparison = compare(ours, values)
      return { ...one, comparison, ...targetAgainst(other.contestant, metric, comparison, targets) }
    })
}

type WithTarget = Pick<ContestantResult, 'target'>

function ownTarget(metric: string, median: number, targets: readonly Target[]): WithTarget {
  for (const target of targets) {
    if (target.metric === metric && 'atMost' in target) return { target: result('value', target.atMost, median) }
  }
  return {}
}

function targetAgainst(
  other: string,
  metric: string,
  { ratio, difference }: Comparison,
  targets: readonly Target[]
): WithTarget {
  for (const target of targets) {
    if (target.metric !== metric || 'atMost' in target || target.against !== other) continue
    return 'ratio' in target
      ? { target: result('ratio', target.ratio, ratio) }
      : { target: result('difference', target.difference, difference) }
  }
  return {}
}

const result = (kind: TargetResult['kind'], atMost: number, value: number): TargetResult => ({
  kind,
  atMost,
  value,
  isMet: value <= atMost
})
