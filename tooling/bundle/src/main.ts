// Bundles the named apps, or all of them; with --install also links their executables into PREFIX/bin.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { apps as allApps } from './apps.ts'
import { bundle } from './bundle.ts'
import { installExecutables } from './install.ts'

const root = join(import.meta.dirname, '../../..')

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { install: { type: 'boolean', default: false }, prefix: { type: 'string' } }
  })
  const unknown = positionals.find((name) => !allApps.some((app) => app.name === name))
  if (unknown !== undefined) throw new Error(`no app ${unknown}; apps: ${allApps.map(({ name }) => name).join(', ')}`)
  const apps = allApps.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  for (const { name, together, verbs } of apps) {
    await bundle({ folder: join(root, 'apps', name), name, node: join(root, '.toolchain/bin/node'), together, verbs })
    console.log(`bundle: apps/${name}/dist/${name}`)
  }
  if (!values.install) return
  const prefix = values.prefix ?? process.env['PREFIX'] ?? '/usr/local'
  const targets = apps.map(({ name }) => join(root, 'apps', name, 'dist', name))
  for (const link of installExecutables(targets, join(prefix, 'bin'))) console.log(`install: ${link}`)
}

await main().catch((error: unknown) => {
  console.error(`bundle: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
})
