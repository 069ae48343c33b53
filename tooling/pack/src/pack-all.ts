import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isPublished, packageName, packages } from '@runcible/manifests'

const root = join(import.meta.dirname, '../../..')
const deadline = 240_000

/** One published package as a tarball. */
export interface Packed {
  readonly name: string
  readonly tarball: string
  /** An app is executables, not modules. */
  readonly isApp: boolean
}

/** Builds the libraries and packs everything that is published into a folder. The apps must be bundled already. */
export function packAll(folder: string): Packed[] {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }
  const run = (file: string, args: string[], cwd: string) => {
    const { status, error, stdout, stderr } = spawnSync(file, args, { cwd, env, encoding: 'utf8', timeout: deadline })
    if (status !== 0) throw new Error(`${[file, ...args].join(' ')}: ${error?.message ?? ''}\n${stdout}${stderr}`)
  }
  run('turbo', ['run', 'build', '--output-logs=errors-only', '--no-color'], root)
  return packages.filter(isPublished).map((entry) => {
    const name = packageName(entry)
    const cwd = join(root, entry.folder)
    run('pnpm', ['pack', '--pack-destination', folder], cwd)
    const { version } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8')) as { version: string }
    const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`
    return { name, tarball: join(folder, file), isApp: entry.layer === 'app' }
  })
}
