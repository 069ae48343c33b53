import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { firstExample, packages, type PackageEntry, type ReadmeExample } from '../src/index.ts'

const root = join(import.meta.dirname, '../../..')

/** Packages that a user of the library reads about. */
export const libraries: readonly PackageEntry[] = packages.filter(({ folder }) => folder.startsWith('packages/'))

export function exampleOf({ folder }: PackageEntry): ReadmeExample | undefined {
  const path = join(root, folder, 'README.md')
  return existsSync(path) ? firstExample(readFileSync(path, 'utf8')) : undefined
}

/** Runs an example from source, as a module of its package, the way a reader would paste it. */
export function runExample(
  { folder }: PackageEntry,
  { code }: ReadmeExample
): { status: number | null; output: string } {
  const flags = ['--conditions=source', '--disable-warning=ExperimentalWarning', '--input-type=module-typescript']
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, '-'], {
    cwd: join(root, folder),
    input: code,
    encoding: 'utf8',
    timeout: 20_000
  })
  return { status, output: stdout + stderr }
}
