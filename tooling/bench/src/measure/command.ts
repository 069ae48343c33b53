import { type ChildProcess, spawn } from 'node:child_process'

/** A program with its arguments, and variables on top of this process's. */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

export interface Run {
  /** Milliseconds from before the start to the exit. */
  readonly wall: number
  readonly stdout: string
}

export interface RunOptions {
  /** Milliseconds; then the program is killed. */
  readonly deadline?: number
  readonly onStart?: (pid: number) => void
}

/** Runs a program to its end. Throws with the end of what it said when the exit code is not 0. */
export async function run(command: Command, { deadline = 120_000, onStart }: RunOptions = {}): Promise<Run> {
  const began = performance.now()
  const child = spawn(command.file, command.args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...command.env },
    timeout: deadline,
    killSignal: 'SIGKILL'
  })
  if (child.pid !== undefined) onStart?.(child.pid)
  const stdout = collect(child, 'stdout')
  const stderr = collect(child, 'stderr')
  const { code, wall } = await exitOf(child, began)
  // What a program leaves running may keep its streams open: they are read as far as they came, not to their end.
  await new Promise(setImmediate)
  child.stdout?.destroy()
  child.stderr?.destroy()
  if (code !== 0)
    throw new Error(`${[command.file, ...command.args].join(' ')}: exit code ${code}: ${stderr().slice(-800).trim()}`)
  return { wall, stdout: stdout() }
}

function collect(child: ChildProcess, name: 'stdout' | 'stderr'): () => string {
  const parts: string[] = []
  child[name]?.setEncoding('utf8').on('data', (text: string) => parts.push(text))
  return () => parts.join('')
}

function exitOf(child: ChildProcess, began: number): Promise<{ code: number | string; wall: number }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve({ code: code ?? signal ?? 'none', wall: performance.now() - began }))
  })
}
