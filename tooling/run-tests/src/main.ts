// Runs the checks and the tests of the named stages, or all, and prints how many passed and failed as the last line.
//
//   node tooling/run-tests/src/main.ts [--stage=name…] [part of a file name…]
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runStages } from './run-stages.ts'
import { stages } from './stages.ts'
import { summary } from './tally.ts'

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { stage: { type: 'string', multiple: true } }
  })
  const names = values.stage ?? stages.map(({ name }) => name)
  const unknown = names.find((name) => !stages.some((stage) => stage.name === name))
  if (unknown) throw new Error(`no stage ${unknown}; stages: ${stages.map(({ name }) => name).join(', ')}`)
  const chosen = stages.filter(({ name }) => names.includes(name))
  const root = join(import.meta.dirname, '../../..')
  const total = await runStages(chosen, { root, filters: positionals }, process.getuid?.() === 0)
  console.log(`\n${summary(total)}`)
  if (total.failed > 0) process.exitCode = 1
}

await main().catch((error: unknown) => {
  console.error(`run-tests: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 2
})
