import { randomBytes } from 'node:crypto'
import { access, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createLinux } from '@runcible/linux'
import type { WindowSize } from '@runcible/linux'
import { clearErrorOf } from './clear-error.ts'
import { directoryPrefix, engineState } from './leaks.ts'
import { runToEnd, start, type Invocation, type Result, type RunOptions, type Running } from './program.ts'
import { defaultNetwork, isPodman, podman, rootOf, subject } from './subject.ts'
import { startOnTerminal, type Terminal } from './terminal.ts'
import { waitFor } from './wait-for.ts'

/** An engine of its own: root, run root, home and files, below one temporary directory. */
export interface Sandbox extends AsyncDisposable {
  readonly directory: string
  /** A path in the directory of the test's own files. */
  readonly file: (...names: readonly string[]) => string
  readonly run: (args: readonly string[], options?: RunOptions) => Promise<Result>
  /** Demands exit code 0; gives the standard output without the last newline. */
  readonly ok: (...args: readonly string[]) => Promise<string>
  /** Demands that exit code and a clear error, and gives its text. */
  readonly fails: (exitCode: number, ...args: readonly string[]) => Promise<string>
  readonly start: (args: readonly string[]) => Running
  readonly terminal: (args: readonly string[], size?: WindowSize) => Terminal
  /** Registers what must be undone, the latest first, before the engine goes. */
  readonly defer: (undo: () => unknown) => void
  readonly invocation: (args: readonly string[]) => Invocation
  /** Removes every container and network, and demands that nothing of them is left. */
  readonly clear: () => Promise<void>
}

/** The directory a sandbox will have; nothing is made yet. */
export const newDirectory = (): string => `${directoryPrefix}${randomBytes(4).toString('hex')}`

export async function openSandbox(directory = newDirectory()): Promise<Sandbox> {
  const undo = new AsyncDisposableStack()
  undo.defer(() => removeDirectory(directory))
  await mkdir(join(directory, 'files'), { recursive: true, mode: 0o700 })
  const sandbox = sandboxAt(directory, undo)
  undo.defer(() => sandbox.clear())
  return sandbox
}

export function sandboxAt(directory: string, undo: AsyncDisposableStack): Sandbox {
  const invocation = (args: readonly string[]): Invocation => ({
    file: subject.file,
    args: [...subject.flags(directory), ...args],
    env: { ...environment(directory), ...subject.env(directory) }
  })
  const run: Sandbox['run'] = (args, options) => runToEnd(invocation(args), options)
  const ok: Sandbox['ok'] = async (...args) => {
    const result = await run(args)
    if (result.exitCode !== 0) throw new Error(`${args.join(' ')}: exit code ${result.exitCode}\n${result.stderr}`)
    return result.stdout.replace(/\n$/, '')
  }
  return {
    directory,
    file: (...names) => join(directory, 'files', ...names),
    run,
    ok,
    fails: async (exitCode, ...args) => clearErrorOf(args, await run(args), exitCode),
    start: (args) => start(invocation(args)),
    terminal: (args, size = { columns: 80, rows: 24 }) => startOnTerminal(invocation(args), size),
    defer: (callback) => undo.defer(async () => void (await callback())),
    invocation,
    clear: () => clear(directory, ok),
    [Symbol.asyncDispose]: () => undo.disposeAsync()
  }
}

/** Podman beside the engine under test: what one writes the other must read. */
export interface PodmanPeer extends AsyncDisposable {
  /** Demands exit code 0; gives the standard output without the last newline. */
  readonly ok: (...args: readonly string[]) => Promise<string>
}

/** `undefined` where Podman is not installed. */
export async function openPodman(): Promise<PodmanPeer | undefined> {
  const isHere = await access('/usr/bin/podman').then(
    () => true,
    () => false
  )
  if (!isHere) return undefined
  const directory = newDirectory()
  await mkdir(join(directory, 'files'), { recursive: true, mode: 0o700 })
  const env = { ...environment(directory), ...podman.env(directory) }
  const ok: PodmanPeer['ok'] = async (...args) => {
    const result = await runToEnd({ file: podman.file, args: [...podman.flags(directory), ...args], env })
    if (result.exitCode !== 0)
      throw new Error(`podman ${args.join(' ')}: exit code ${result.exitCode}\n${result.stderr}`)
    return result.stdout.replace(/\n$/, '')
  }
  return {
    ok,
    async [Symbol.asyncDispose]() {
      await ok('rm', '--force', '--all', '--time', '0')
      await removeDirectory(directory)
    }
  }
}

const environment = (directory: string): Readonly<Record<string, string>> => ({
  PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: join(directory, 'files'),
  LANG: 'C.UTF-8'
})

async function clear(directory: string, ok: Sandbox['ok']): Promise<void> {
  const words = async (...args: readonly string[]): Promise<string[]> => (await ok(...args)).split('\n').filter(Boolean)
  const containers = await words('ps', '--all', '--quiet', '--no-trunc')
  if (containers.length > 0) await ok('rm', '--force', '--volumes', '--time', '0', ...containers)
  const networks = (await words('network', 'ls', '--format', '{{.Name}}')).filter((name) => name !== defaultNetwork)
  if (networks.length > 0) await ok('network', 'rm', ...networks)
  const nothingLeft = (): boolean => leftBehind(directory).length === 0
  await waitFor('the end of all containers', nothingLeft, { timeout: 5_000 }).catch(() => {
    throw new Error(`left behind after all containers were removed:\n${leftBehind(directory).join('\n')}`)
  })
}

// Podman binds its store to itself for good.
const leftBehind = (directory: string): readonly string[] =>
  engineState(directory).filter((line) => !(isPodman && line === `mount ${rootOf(directory)}/overlay`))

/** Removes a directory with whatever is still mounted or running there, so that one failed test does not fail others. */
async function removeDirectory(directory: string): Promise<void> {
  const linux = createLinux()
  for (const line of engineState(directory).toReversed()) {
    const [, pid] = /^process (\d+):/.exec(line) ?? []
    const [, point] = /^mount (.*)$/.exec(line) ?? []
    try {
      if (pid !== undefined) process.kill(Number(pid), 'SIGKILL')
      if (point !== undefined) linux.mount.unmount(point, { detach: true })
    } catch {
      // It went away by itself.
    }
  }
  await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}
