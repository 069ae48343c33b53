import { versions, type PackageEntry } from './packages.ts'

const builtExports = { '.': { types: './dist/index.d.ts', default: './dist/index.js' } }
const sourceExports = { '.': { source: './src/index.ts', ...builtExports['.'] } }

/** Tooling is used inside the repository only. */
export const isPublished = (entry: PackageEntry): boolean => entry.layer !== 'tooling'

/** Name on the registry: apps have none of the scope, like the commands they install. */
export function packageName(entry: PackageEntry): string {
  const name = entry.folder.split('/')[1]!
  return entry.layer === 'app' ? name : `@runcible/${name}`
}

/** Dependency map with sorted keys: workspace packages, and pinned packages from outside. */
function dependencies(workspace: readonly string[] = [], npm: readonly (keyof typeof versions)[] = []) {
  const pairs: [string, string][] = [
    ...workspace.map((name): [string, string] => [`@runcible/${name}`, 'workspace:*']),
    ...npm.map((name): [string, string] => [name, versions[name]])
  ]
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function appFields(entry: PackageEntry) {
  const names = Object.keys(entry.bin ?? {})
  return {
    bin: entry.bin,
    // dist/<name> starts the Node of this checkout; what is published starts the Node found on PATH.
    files: ['dist/*.cjs', 'dist/chunks'],
    publishConfig: {
      access: 'public',
      provenance: true,
      bin: Object.fromEntries(names.map((name) => [name, `./dist/${name}.cjs`]))
    }
  }
}

const libraryFields = {
  sideEffects: false,
  exports: sourceExports,
  files: ['dist'],
  publishConfig: { access: 'public', provenance: true, exports: builtExports },
  scripts: { build: 'tsc -p tsconfig.build.json && node ../../tooling/pack/src/finish-build.ts' }
}

const toolingFields = { private: true, sideEffects: false, exports: { '.': './src/index.ts' } }

function kindFields(entry: PackageEntry) {
  if (entry.layer === 'app') return appFields(entry)
  return isPublished(entry) ? libraryFields : toolingFields
}

/** The package.json of one entry. */
export function manifest(entry: PackageEntry, version: string): object {
  const runtime = dependencies(entry.uses, entry.npm)
  const test = dependencies(entry.testUses, entry.testNpm)
  // The executables are bundles: what they are made of is not installed beside them.
  const both =
    entry.layer === 'app'
      ? { devDependencies: { ...runtime, ...test } }
      : { dependencies: runtime, devDependencies: test }
  return {
    name: packageName(entry),
    version,
    description: entry.description,
    license: 'Apache-2.0',
    type: 'module',
    engines: { node: '>=26.10' },
    ...kindFields(entry),
    ...both
  }
}
