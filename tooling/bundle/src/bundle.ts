import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { rolldown, type OutputAsset, type OutputChunk } from 'rolldown'
import { chunkGroups, type ChunkGroupsInput } from './chunk-groups.ts'
import { localLauncher, portableLauncher } from './launcher.ts'
import { lazyBuiltins } from './lazy-builtins.ts'
import { workerChunks } from './worker-chunks.ts'

/** One app to bundle: `<folder>/src/main.ts` becomes `<folder>/dist/`. */
export interface BundleInput {
  /** Absolute path of the app. */
  readonly folder: string
  /** Name of the command. */
  readonly name: string
  /** Absolute path of the Node that starts the local executable. */
  readonly node: string
  /** Chunk name → modules, relative to the app, that make one file with what they import. */
  readonly together?: ChunkGroupsInput['together']
  /** First arguments whose runs should start fastest: each keeps compiled code of its own. */
  readonly verbs?: readonly string[]
}

/**
 * Writes `dist/main.cjs`, `dist/chunks/*.cjs`, `dist/modules.json` (what is in them), and the executables `dist/<name>`
 * (the given Node) and `dist/<name>.cjs` (the Node on PATH). The folder is replaced as a whole, so a bundle in use is
 * never half new.
 */
export async function bundle(input: BundleInput): Promise<void> {
  const dist = join(input.folder, 'dist')
  const next = join(input.folder, `.dist-${process.pid}`)
  try {
    await writeChunks(input, next)
    writeExecutables(input, next, dist)
    replaceFolder(dist, next)
  } finally {
    rmSync(next, { recursive: true, force: true })
  }
}

async function writeChunks({ folder, together = {} }: BundleInput, dir: string): Promise<void> {
  const entry = 'src/main.ts'
  const build = await rolldown({
    cwd: folder,
    input: { main: entry },
    platform: 'node',
    preserveEntrySignatures: 'allow-extension',
    external: [/^node:/],
    resolve: { conditionNames: ['source', 'node', 'import', 'default'] },
    plugins: [workerChunks(), lazyBuiltins()],
    onLog: failOnUnresolved
  })
  try {
    const { output } = await build.write({
      dir,
      format: 'cjs',
      entryFileNames: (chunk) => (chunk.name === 'main' ? 'main.cjs' : 'chunks/[name].cjs'),
      chunkFileNames: 'chunks/[name].cjs',
      dynamicImportInCjs: false,
      codeSplitting: { includeDependenciesRecursively: false, groups: [chunkGroups({ folder, entry, together })] },
      // Names stay: they are what a stack trace is good for.
      minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } }
    })
    writeFileSync(join(dir, 'modules.json'), moduleList(output, folder))
  } finally {
    await build.close()
  }
}

/** File → the modules in it, relative to the app: what a reader asks of a bundle, and no command. */
function moduleList(output: readonly (OutputChunk | OutputAsset)[], folder: string): string {
  const chunks = output.filter((file) => file.type === 'chunk')
  const modules = ({ moduleIds }: OutputChunk) => moduleIds.map((id) => relative(folder, id))
  return `${JSON.stringify(Object.fromEntries(chunks.map((chunk) => [chunk.fileName, modules(chunk)])), null, 2)}\n`
}

/** An import that stays in the bundle would only fail on the machine of a user. */
function failOnUnresolved(level: string, log: { code?: string | undefined; message: string }): void {
  if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message)
  // Chunks are grouped on purpose, so that some imports load nothing more.
  if (level !== 'debug' && log.code !== 'INEFFECTIVE_DYNAMIC_IMPORT') console.error(`bundle: ${log.message}`)
}

function writeExecutables({ name, node, verbs = [] }: BundleInput, dir: string, dist: string): void {
  mkdirSync(dir, { recursive: true })
  const launchers = { [name]: localLauncher(node, dist, verbs), [`${name}.cjs`]: portableLauncher(verbs) }
  for (const [file, content] of Object.entries(launchers)) {
    writeFileSync(join(dir, file), content)
    chmodSync(join(dir, file), 0o755)
  }
  // The app says "module"; an executable without extension in dist is CommonJS.
  writeFileSync(join(dir, 'package.json'), '{"type":"commonjs"}\n')
}

function replaceFolder(dist: string, next: string): void {
  const old = `${next}-old`
  rmSync(old, { recursive: true, force: true })
  try {
    renameSync(dist, old)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  renameSync(next, dist)
  rmSync(old, { recursive: true, force: true })
}
