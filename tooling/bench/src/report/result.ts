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
  readonly kind: 'ratio' | 'difference'
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
    .filter(({ samples }) => samples.length > 0)
    .map((other) => {
      const values = valuesOf(other)
      const one: ContestantResult = { name: other.contestant, samples: values, ...summaryOf(values) }
      if (other === first || ours.length === 0) return one
      const comparison = compare(ours, values)
      const target = targets.find((each) => each.metric === metric && each.against === other.contestant)
      return { ...one, comparison, ...(target === undefined ? {} : { target: targetResult(target, comparison) }) }
    })
}

function targetResult(target: Target, { ratio, difference }: Comparison): TargetResult {
  if ('ratio' in target) return { kind: 'ratio', atMost: target.ratio, value: ratio, isMet: ratio <= target.ratio }
  return { kind: 'difference', atMost: target.difference, value: difference, isMet: difference <= target.difference }
}
