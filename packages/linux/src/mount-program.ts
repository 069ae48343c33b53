import { parseMountOptions } from './mount-options.ts'

/** File system types that a program of the same name mounts and then serves. */
const programs: Readonly<Record<string, string>> = { 'fuse.overlayfs': 'fuse-overlayfs' }

/** The program that mounts file systems of this type; `undefined` when the kernel does it alone. */
export const mountProgram = (type: string): string | undefined =>
  Object.hasOwn(programs, type) ? programs[type] : undefined

/** A program that has not mounted by then never will. */
const DEADLINE_MS = 30_000

/**
 * Mounts by a program, which stays behind as the server of the file system until that is unmounted. Returns once it is
 * mounted; throws with what the program said.
 */
export const mountByProgram = (program: string, options: readonly string[], target: string): void => {
  const { flags, data } = parseMountOptions(options)
  const list = [...flags, ...(data === '' ? [] : [data])].join(',')
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  const { status, signal, stderr, error } = spawnSync(program, ['-o', list, target], {
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
    encoding: 'utf8'
  })
  if (error !== undefined) throw error
  if (status === 0) return
  const said = stderr.trim().split('\n').at(-1)
  throw new Error(`${program} ended with ${signal ?? status}${said ? `: ${said}` : ''}`)
}
