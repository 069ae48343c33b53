// Writes every package's package.json, turbo.json and tsconfig.build.json from packages.ts; with --check it only compares.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packages, versions, type PackageEntry } from './packages.ts'

const root = join(import.meta.dirname, '../../..')
const shortName = (entry: PackageEntry) => entry.folder.split('/')[1]!

/** Dependency map with sorted keys: workspace packages and pinned packages from the npm registry. */
function dependencies(workspace: readonly string[] = [], npm: readonly (keyof typeof versions)[] = []) {
  const pairs: [string, string][] = [
    ...workspace.map((name): [string, string] => [`@runcible/${name}`, 'workspace:*']),
    ...npm.map((name): [string, string] => [name, versions[name]])
  ]
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)))
}

const isPublished = (entry: PackageEntry) => entry.layer !== 'tooling'

function publishedFields(entry: PackageEntry, exportsOf: 'dist' | 'source') {
  if (!isPublished(entry)) return { private: true }
  return {
    files: ['dist', '!dist/**/*.tsbuildinfo'],
    publishConfig: { access: 'public', provenance: true, ...(exportsOf === 'dist' ? { exports: builtExports } : {}) }
  }
}

const builtExports = { '.': { types: './dist/index.d.ts', default: './dist/index.js' } }
const sourceExports = { '.': { source: './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' } }

function manifest(entry: PackageEntry, version: string) {
  const isApp = entry.layer === 'app'
  const runtime = dependencies(entry.uses, entry.npm)
  const test = dependencies(entry.testUses, entry.testNpm)
  return {
    name: `@runcible/${shortName(entry)}`.replace(/^@runcible\/(runcibled?)$/, '$1'),
    version,
    description: entry.description,
    license: 'Apache-2.0',
    type: 'module',
    engines: { node: '>=26.10' },
    ...(isApp ? {} : { sideEffects: false, exports: entry.layer === 'tooling' ? { '.': './src/index.ts' } : sourceExports }),
    ...(entry.bin ? { bin: entry.bin } : {}),
    ...publishedFields(entry, isApp ? 'source' : 'dist'),
    ...(isPublished(entry) && !isApp ? { scripts: { build: 'tsc -p tsconfig.build.json' } } : {}),
    // The executables are bundles: what they are made of is not installed beside them.
    ...(isApp ? { devDependencies: { ...runtime, ...test } } : { dependencies: runtime, devDependencies: test })
  }
}

/** Every generated file of one package: path → content. */
function filesOf(entry: PackageEntry): Map<string, string> {
  const path = (name: string) => join(root, entry.folder, name)
  const present = existsSync(path('package.json')) ? JSON.parse(readFileSync(path('package.json'), 'utf8')).version : '0.0.0'
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`
  const files = new Map([
    [path('package.json'), json(manifest(entry, present))],
    [path('turbo.json'), json({ extends: ['//'], tags: [entry.layer] })]
  ])
  if (isPublished(entry) && entry.layer !== 'app') {
    files.set(path('tsconfig.build.json'), json({
      extends: '../../tooling/tsconfig/build.json',
      compilerOptions: { rootDir: 'src', outDir: 'dist' },
      include: ['src']
    }))
  }
  return files
}

const check = process.argv.includes('--check')
const stale: string[] = []
for (const [path, content] of packages.flatMap((entry) => [...filesOf(entry)])) {
  if (existsSync(path) && readFileSync(path, 'utf8') === content) continue
  stale.push(path.slice(root.length + 1))
  if (check) continue
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}
if (check && stale.length > 0) {
  console.error(`manifests: ${stale.join(', ')} differ from tooling/manifests/src/packages.ts; run: pnpm manifests`)
  process.exitCode = 1
}
