import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pushTestImage, busyboxImage, startDockerRegistry } from '@runcible/fixtures'
import type { Benchmark, Setting } from './benchmark.ts'
import { errorText } from './error-text.ts'
import type { Options } from './options.ts'
import { factsOf, load } from './report/facts.ts'
import type { Report } from './report/report.ts'
import { type BenchmarkResult, resultOf } from './report/result.ts'
import { takeTurns } from './runner.ts'
import { openSubjects } from './subjects/open-subjects.ts'

export interface BenchContext {
  readonly options: Options
  readonly benchmarks: readonly Benchmark[]
  /** Folder that outlives the run. */
  readonly cache: string
  readonly signal: AbortSignal
  readonly log: (line: string) => void
}

/** What cannot be prepared or taken down is a failure of that benchmark alone. */
async function resultFrom(benchmark: Benchmark, setting: Setting): Promise<BenchmarkResult> {
  try {
    return resultOf(benchmark, await takeTurns(benchmark, setting))
  } catch (error) {
    setting.signal.throwIfAborted()
    return { ...resultOf(benchmark, []), failures: [errorText(error)] }
  }
}

/** Sets up a registry, ours and the peers, runs the benchmarks one after the other, and takes everything down again. */
export async function bench({ options, benchmarks, cache, signal, log }: BenchContext): Promise<Report> {
  await using undo = new AsyncDisposableStack()
  const before = load()
  // Short: Podman refuses a run root of more than 50 characters.
  const directory = await mkdtemp(join(options.directory, 'bench-'))
  undo.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }))
  const registry = undo.use(await startDockerRegistry()).host
  const image = await pushTestImage(registry, busyboxImage(), 'library/busybox')
  const { subjects, missing } = await openSubjects({ ...options, directory }, undo)
  for (const peer of missing) log(`not measured: ${peer}`)
  for (const subject of subjects) {
    signal.throwIfAborted()
    await subject.pull(image)
  }
  const results: BenchmarkResult[] = []
  for (const [at, benchmark] of benchmarks.entries()) {
    log(`${benchmark.name}: ${benchmark.title}`)
    const own = join(directory, `${at}`)
    await mkdir(own)
    const setting: Setting = { directory: own, isQuick: options.isQuick, subjects, registry, image, cache, log, signal }
    results.push(await resultFrom(benchmark, setting))
  }
  return {
    date: new Date().toISOString(),
    isQuick: options.isQuick,
    facts: await factsOf(),
    versions: Object.fromEntries(subjects.map(({ name, version }) => [name, version])),
    missing,
    load: { before, after: load() },
    benchmarks: results
  }
}
