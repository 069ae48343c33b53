// Writes the root turbo.json and every package's package.json, turbo.json and tsconfig.build.json from packages.ts.
// With --check it only compares.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { boundaries } from './layers.ts'
import { isPublished, manifest } from './manifest.ts'
import { packages, type PackageEntry } from './packages.ts'
import { problems } from './problems.ts'

const root = join(import.meta.dirname, '../../..')
const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

function versionOf(folder: string): string {
  const path = join(root, folder, 'package.json')
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).version : '0.0.0'
}

const turbo = {
  $schema: './node_modules/turbo/schema.json',
  globalDependencies: ['tooling/tsconfig/*.json', 'tooling/pack/src/*.ts'],
  tasks: {
    build: {
      dependsOn: ['^build'],
      inputs: ['src/**', 'package.json', 'tsconfig.build.json'],
      outputs: ['dist/**']
    }
  },
  boundaries: boundaries()
}

/** Every generated file of one package: path below the root → content. */
function filesOf(entry: PackageEntry): [string, string][] {
  const files: [string, string][] = [
    [`${entry.folder}/package.json`, json(manifest(entry, versionOf(entry.folder)))],
    [`${entry.folder}/turbo.json`, json({ extends: ['//'], tags: [entry.layer] })]
  ]
  if (isPublished(entry) && entry.layer !== 'app') {
    const compilerOptions = { rootDir: 'src', outDir: 'dist' }
    const config = { extends: '../../tooling/tsconfig/build.json', compilerOptions, include: ['src'] }
    files.push([`${entry.folder}/tsconfig.build.json`, json(config)])
  }
  return files
}

/** Paths whose content differs from the table; they are written unless only checking. */
function update(checkOnly: boolean): string[] {
  const stale: string[] = []
  for (const [name, content] of [['turbo.json', json(turbo)] as const, ...packages.flatMap(filesOf)]) {
    const path = join(root, name)
    if (existsSync(path) && readFileSync(path, 'utf8') === content) continue
    stale.push(name)
    if (checkOnly) continue
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
  return stale
}

const checkOnly = process.argv.includes('--check')
const broken = problems(packages)
for (const problem of broken) console.error(`manifests: ${problem}`)
const stale = update(checkOnly)
if (checkOnly && stale.length > 0) {
  console.error(`manifests: ${stale.join(', ')} differ from tooling/manifests/src/packages.ts; run: pnpm manifests`)
}
if (broken.length > 0 || (checkOnly && stale.length > 0)) process.exitCode = 1
