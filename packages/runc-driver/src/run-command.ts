import { spawn, type ChildProcess } from 'node:child_process'
import { abortedError, throwIfAborted, timeoutError } from './abort.ts'

export interface CommandOptions {
  /** Named in errors. */
  readonly step: string
  /** Milliseconds. */
  readonly deadline: number
  readonly signal?: AbortSignal | undefined
  /** Text for the standard input; without it the input is empty. */
  readonly input?: string
}

export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const OUTPUT_LIMIT = 1024 * 1024
const kept = /^(PATH|HOME|TMPDIR|XDG_RUNTIME_DIR|DBUS_SESSION_BUS_ADDRESS|RUNCIBLE_\w+)$/

/** What the runtime, the monitor and the exit command get of our environment: no variable that is none of their business. */
export const childEnvironment = (extra: Readonly<Record<string, string>> = {}): Record<string, string> => {
  const own = Object.entries(process.env).filter(
    (entry): entry is [string, string] => kept.test(entry[0]) && entry[1] !== undefined
  )
  return { ...Object.fromEntries(own), ...extra }
}

const collect = (stream: NodeJS.ReadableStream | null): (() => string) => {
  const chunks: Buffer[] = []
  let size = 0
  stream?.on('data', (chunk: Buffer) => {
    if (size < OUTPUT_LIMIT) chunks.push(chunk)
    size += chunk.length
  })
  return () => Buffer.concat(chunks).toString('utf8', 0, OUTPUT_LIMIT)
}

/** Kills the child at the deadline or when the signal fires; `stop` ends the watch. */
const limit = (child: ChildProcess, { step, deadline, signal }: CommandOptions) => {
  let reason: Error | undefined
  const end = (error: Error) => {
    reason ??= error
    child.kill('SIGKILL')
  }
  const timer = setTimeout(() => end(timeoutError(step, deadline)), deadline)
  const onAbort = () => end(abortedError(step))
  signal?.addEventListener('abort', onAbort, { once: true })
  return {
    reason: () => reason,
    stop: () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
  }
}

/** Runs a short program to its end. Rejects when it cannot be started, is aborted or takes too long; not for its exit code. */
export const runCommand = async (
  path: string,
  args: readonly string[],
  options: CommandOptions
): Promise<CommandResult> => {
  throwIfAborted(options.signal, options.step)
  const { input } = options
  const child = spawn(path, args, {
    env: childEnvironment(),
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe']
  })
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  const limits = limit(child, options)
  // A program that ends without reading its input is judged by its exit code.
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(input)
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (exit) => resolve(exit ?? 128))
    })
    const stopped = limits.reason()
    if (stopped !== undefined) throw stopped
    return { code, stdout: stdout(), stderr: stderr() }
  } finally {
    limits.stop()
  }
}
