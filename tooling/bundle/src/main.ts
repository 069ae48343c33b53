// Bundles the named apps, or all of them; with --install also links their executables into PREFIX/bin.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { apps } from './apps.ts'
import { bundleApp } from './bundle-app.ts'
import { installExecutables } from './install.ts'

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { install: { type: 'boolean', default: false }, prefix: { type: 'string' } }
  })
  const names = positionals.length > 0 ? positionals : apps.map(({ name }) => name)
  const executables: string[] = []
  for (const name of names) {
    executables.push(await bundleApp(name))
    console.log(`bundle: apps/${name}/dist/${name}`)
  }
  if (!values.install) return
  const prefix = values.prefix ?? process.env['PREFIX'] ?? '/usr/local'
  for (const link of installExecutables(executables, join(prefix, 'bin'))) console.log(`install: ${link}`)
}

await main().catch((error: unknown) => {
  console.error(`bundle: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
})
