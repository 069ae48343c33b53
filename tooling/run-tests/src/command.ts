import { spawn } from 'node:child_process'

export interface CommandResult {
  /** Exit code; 124 when the deadline passed, 127 when the program could not be started. */
  readonly code: number
  /** Both streams when they were captured, else empty. */
  readonly output: string
}

export interface CommandOptions {
  readonly cwd: string
  /** Milliseconds until the command is ended. */
  readonly deadline: number
  /** Keep the output instead of showing it. */
  readonly capture?: boolean
}

/** Runs a program to its end or its deadline; never throws. */
export function command(file: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const { promise, resolve } = Promise.withResolvers<CommandResult>()
  const stdio = options.capture ? 'pipe' : 'inherit'
  const child = spawn(file, args, { cwd: options.cwd, stdio: ['ignore', stdio, stdio] })
  const chunks: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
  const output = () => Buffer.concat(chunks).toString()
  let isLate = false
  let killer: NodeJS.Timeout | undefined
  const timer = setTimeout(() => {
    isLate = true
    child.kill('SIGTERM')
    killer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  }, options.deadline)
  const settle = (result: CommandResult) => {
    clearTimeout(timer)
    clearTimeout(killer)
    resolve(result)
  }
  child.on('error', (error) => settle({ code: 127, output: error.message }))
  child.on('close', (code) => {
    if (isLate) settle({ code: 124, output: `${output()}\nended after ${options.deadline / 1000} s` })
    else settle({ code: code ?? 1, output: output() })
  })
  return promise
}
