import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { start, type Invocation } from './program.ts'

/** What one command loaded before it ended. */
export interface LoadedModules {
  /** Files of the bundle, in the order of loading. */
  readonly files: readonly string[]
  /** Kilobytes of them. */
  readonly size: number
  /** Public builtins that are not there when Node starts, sorted. */
  readonly builtins: readonly string[]
  /** Packages whose modules are in the files, sorted: `@runcible/NAME`, or the name of an outside one. */
  readonly packages: readonly string[]
}

/** Runs a command of the bundle with a note taken of what it loads; it must end with exit code 0. */
export async function loadedModules({ file, args, env }: Invocation): Promise<LoadedModules> {
  const folder = await mkdtemp('/tmp/loaded-')
  const dist = dirname(file)
  try {
    const flags = ['--disable-warning=ExperimentalWarning', '--require', join(import.meta.dirname, 'note-modules.cts')]
    await using program = start({
      file: process.execPath,
      args: [...flags, file, ...args],
      env: { ...env, NOTE_MODULES_OF: dist, NOTE_MODULES_IN: folder }
    })
    program.endInput()
    const { exitCode, stderr } = await program.ended
    if (exitCode !== 0) throw new Error(`${args.join(' ')}: exit code ${exitCode}\n${stderr}`)
    const note = JSON.parse(await readFile(join(folder, `${program.pid}.json`), 'utf8')) as Note
    const sizes = await Promise.all(note.files.map(async (name) => (await stat(join(dist, name))).size))
    return {
      files: note.files,
      size: Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / 1000),
      builtins: note.builtins.toSorted(),
      packages: await packagesIn(dist, note.files)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Note {
  readonly files: readonly string[]
  readonly builtins: readonly string[]
}

async function packagesIn(dist: string, files: readonly string[]): Promise<string[]> {
  const list = JSON.parse(await readFile(join(dist, 'modules.json'), 'utf8')) as Record<string, string[]>
  const modules = files.flatMap((file) => list[file] ?? [])
  return [...new Set(modules.map(packageOf).filter((name) => name !== undefined))].toSorted()
}

function packageOf(module: string): string | undefined {
  const outside = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(module)?.[1]
  const own = /(?:^|\/)packages\/([^/]+)\/src\//.exec(module)?.[1]
  return outside ?? (own === undefined ? undefined : `@runcible/${own}`)
}

/** The form in which it is kept in a file beside the test. */
export const loadedText = ({ files, builtins, packages }: LoadedModules): string =>
  [['files', files] as const, ['builtins', builtins] as const, ['packages', packages] as const]
    .map(([title, lines]) => `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`)
    .join('\n')
