/**
 * Benchmarks of the bundled command and of the library, beside the peers that are installed.
 *
 * @packageDocumentation
 */
export { bench, type BenchContext } from './bench.ts'
export type { Benchmark, Contestant, Metric, Sample, Setting, Target } from './benchmark.ts'
export { benchmarks } from './benchmarks/index.ts'
export { textReport, type Report } from './report/report.ts'
