import { writeSync } from 'node:fs'
import { isEngineError } from '@runcible/interface'
import manifest from '../package.json' with { type: 'json' }
import { readOptions } from './options.ts'
import { usage } from './usage.ts'

const { version } = manifest

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  if (options.wants === 'help') return print(usage)
  if (options.wants === 'version') return print(`runcibled version ${version}\n`)
  const stop = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stop.abort())
  const { serve } = await import('./serve.ts')
  await serve({ options, version, env: process.env, signal: stop.signal })
}

function print(text: string): void {
  writeSync(1, text)
}

/** One line for what happened, one for what to do. */
function failureText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const hint = isEngineError(error) && error.hint !== undefined ? `Hint: ${error.hint}\n` : ''
  return `Error: ${message}\n${hint}`
}

main().catch((error: unknown) => {
  writeSync(2, failureText(error))
  process.exitCode = 125
})
