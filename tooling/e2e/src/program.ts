import { spawn, type ChildProcess } from 'node:child_process'
import { execa } from 'execa'
import { waitFor } from './wait-for.ts'

/** How a command ended and what it wrote. */
export interface Result {
  readonly stdout: string
  readonly stderr: string
  /** 128 and the signal's number when a signal ended it. */
  readonly exitCode: number
}

export interface RunOptions {
  /** Everything on its standard input; without it, the end of file at once. */
  readonly input?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Milliseconds until it is killed and the test fails; by default 60 000. */
  readonly timeout?: number
}

export interface Invocation {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** Runs a command to its end. Throws only when it did not end by itself. */
export async function runToEnd({ file, args, env }: Invocation, options: RunOptions = {}): Promise<Result> {
  const { input = '', cwd, timeout = 60_000 } = options
  const result = await execa(file, [...args], {
    env: { ...env, ...options.env },
    extendEnv: false,
    input,
    timeout,
    killSignal: 'SIGKILL',
    reject: false,
    stripFinalNewline: false,
    ...(cwd === undefined ? {} : { cwd })
  })
  if (result.timedOut || (result.exitCode === undefined && result.signal === undefined)) {
    throw new Error(`${result.shortMessage}\n${result.stdout}${result.stderr}`)
  }
  const { stdout, stderr } = result
  return { stdout, stderr, exitCode: result.exitCode ?? 128 + signalNumber(result.signal) }
}

const signalNumber = (signal: string | undefined): number => ({ SIGKILL: 9, SIGTERM: 15, SIGINT: 2 })[signal ?? ''] ?? 0

/** A command that goes on while the test does something else. */
export interface Running extends AsyncDisposable {
  readonly pid: number
  readonly stdout: () => string
  readonly stderr: () => string
  /** Waits until its output has this. */
  readonly until: (text: string | RegExp) => Promise<string>
  readonly write: (text: string) => void
  readonly endInput: () => void
  readonly kill: (signal: NodeJS.Signals) => void
  readonly ended: Promise<Result>
}

/** Starts a command with pipes. Disposing kills it when it still runs. */
export function start({ file, args, env }: Invocation): Running {
  const child = spawn(file, [...args], { env, stdio: 'pipe' })
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text))
  // Writing to a command that has ended is no error of the test.
  child.stdin.on('error', () => {})
  const ended = endOf(child, said)
  const has = (text: string | RegExp): string | undefined => {
    const isThere = typeof text === 'string' ? said.stdout.includes(text) : text.test(said.stdout)
    return isThere ? said.stdout : undefined
  }
  return {
    pid: child.pid as number,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    until: (text) => waitFor(`${text} in the output of ${args.join(' ')}`, () => has(text)),
    write: (text) => child.stdin.write(text),
    endInput: () => child.stdin.end(),
    kill: (signal) => child.kill(signal),
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    }
  }
}

function endOf(child: ChildProcess, said: { readonly stdout: string; readonly stderr: string }): Promise<Result> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      resolve({ ...said, exitCode: code ?? 128 + signalNumber(signal ?? undefined) })
    })
  })
}
