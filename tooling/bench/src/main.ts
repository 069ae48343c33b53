// Measures this repository's command beside its peers: see `usage`.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { benchmarks } from './benchmarks/index.ts'
import { bench } from './bench.ts'
import { errorText } from './error-text.ts'
import { isIsolated, isolated } from './isolate.ts'
import { parseOptions, usage } from './options.ts'
import { writeDocs } from './report/docs.ts'
import { markdownReport, type Report, textReport } from './report/report.ts'
import { peerNames } from './subjects/open-subjects.ts'

const repository = join(import.meta.dirname, '../../..')
const cache = join(repository, '.bench')

function cancelledBySignals(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => controller.abort(new Error(`ended by ${signal}`)))
  }
  return controller.signal
}

function publish(report: Report, shouldWriteDocs: boolean): void {
  mkdirSync(cache, { recursive: true })
  writeFileSync(join(cache, 'results.json'), `${JSON.stringify(report, undefined, 2)}\n`)
  console.log(textReport(report))
  if (!shouldWriteDocs) return
  if (report.missing.length > 0) throw new Error('docs/performance.md stays as it is: the table is for all peers')
  writeDocs(join(repository, 'docs/performance.md'), markdownReport(report))
}

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2), {
    names: benchmarks.map(({ name }) => name),
    peers: peerNames,
    program: join(repository, 'apps/runcible/dist/runcible')
  })
  if (options.isHelp) {
    const lines = benchmarks.map(({ name, title }) => `  ${name.padEnd(18)}${title}\n`)
    process.stdout.write(`${usage}\nBenchmarks:\n${lines.join('')}`)
    return 0
  }
  if (process.getuid?.() !== 0) throw new Error('containers and network namespaces need root; run it as root')
  if (!isIsolated()) return isolated()
  const report = await bench({
    options,
    benchmarks: benchmarks.filter(({ name }) => options.names.includes(name)),
    cache,
    signal: cancelledBySignals(),
    log: (line) => console.error(`bench: ${line}`)
  })
  publish(report, options.shouldWriteDocs)
  return report.benchmarks.some(({ failures }) => failures.length > 0) ? 1 : 0
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(`bench: ${errorText(error)}`)
  return 1
})
