import { PassThrough } from 'node:stream'
import { EngineError, type AttachRequest, type Attachment, type Exit, type TerminalSize } from '@runcible/interface'

type Stream = 'stdout' | 'stderr'

export interface ScriptInit {
  readonly args: readonly string[]
  readonly terminal: boolean
  /** Whether an attachment's input reaches the program; otherwise it reads the end at once. */
  readonly stdin: boolean
  readonly size?: TerminalSize | undefined
  readonly onOutput: (stream: Stream, text: string) => void
}

/** A program that only pretends: a few commands, and `sh -c` with a list of them. */
export interface ScriptedProcess {
  readonly pid: number
  readonly exited: Promise<Exit>
  exit(): Exit | undefined
  start(): void
  kill(signal: number): void
  attach(request: AttachRequest): Attachment
  resize(size: TerminalSize): Promise<void>
}

const known = new Set(['true', 'false', 'echo', 'cat', 'sleep', 'read', 'stty', 'sh', 'exit', 'yes'])

/** @throws EngineError `command-not-found` as a runtime does */
export const checkCommand = ([command = '']: readonly string[]): void => {
  if (known.has(command)) return
  throw new EngineError('command-not-found', `exec: ${JSON.stringify(command)}: executable file not found in $PATH`)
}

/** What a program reads: bytes that come, and their end. */
const inputBuffer = (open: boolean) => {
  let text = ''
  let ended = !open
  let wake = () => {}
  const more = () => new Promise<void>((resolve) => (wake = resolve))
  return {
    push: (chunk: Buffer) => {
      text += chunk.toString()
      wake()
    },
    end: () => {
      ended = true
      wake()
    },
    line: async (): Promise<string> => {
      while (!ended && !text.includes('\n')) await more()
      const [line = ''] = text.split('\n', 1)
      text = text.slice(line.length + 1)
      return line
    },
    chunk: async (): Promise<string | undefined> => {
      while (!ended && text === '') await more()
      const all = text
      text = ''
      return all === '' ? undefined : all
    }
  }
}

interface Shell {
  readonly write: (stream: Stream, text: string) => void
  readonly input: ReturnType<typeof inputBuffer>
  readonly size: () => TerminalSize
  readonly variables: Map<string, string>
  readonly stopped: AbortSignal
}

const sleep = (seconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.min(seconds * 1000, 0x7fff_ffff))
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })

class ScriptExit extends Error {
  readonly code: number
  constructor(code: number) {
    super()
    this.code = code
  }
}

const repeated = (text: string, length: number): string => text.repeat(Math.ceil(length / text.length)).slice(0, length)

/** Runs one command; the result is its exit code. */
const runCommand = async (shell: Shell, words: readonly string[], out: Stream): Promise<number> => {
  const [command = '', ...rest] = words.map((word) =>
    word.startsWith('$') ? (shell.variables.get(word.slice(1)) ?? '') : word
  )
  const { rows, columns } = shell.size()
  if (command === 'echo') shell.write(out, `${rest.join(' ')}\n`)
  else if (command === 'stty') shell.write(out, `${rows} ${columns}\n`)
  else if (command === 'sleep') await sleep(Number(rest[0] ?? 0), shell.stopped)
  else if (command === 'read') shell.variables.set(rest[0] ?? '', await shell.input.line())
  else if (command === 'exit') throw new ScriptExit(Number(rest[0] ?? 0))
  else if (command === 'cat')
    for (let chunk = await shell.input.chunk(); chunk !== undefined; chunk = await shell.input.chunk())
      shell.write(out, chunk)
  // `yes WORD | head -c COUNT`, the one pipe there is.
  else if (command === 'yes') shell.write(out, repeated(`${rest[0] ?? 'y'}\n`, Number(rest.at(-1))))
  else if (command === 'sh') return runScript(shell, rest[1] ?? '')
  return command === 'false' ? 1 : 0
}

const runScript = async (shell: Shell, script: string): Promise<number> => {
  let code = 0
  for (const statement of script.split(';').map((part) => part.trim())) {
    if (shell.stopped.aborted) return code
    const toError = statement.endsWith('>&2')
    const words = (toError ? statement.slice(0, -3) : statement).split(' ').filter((word) => word !== '')
    code = await runCommand(shell, words, toError ? 'stderr' : 'stdout')
  }
  return code
}

let lastPid = 100_000

export const scriptedProcess = ({ args, terminal, stdin, size, onOutput }: ScriptInit): ScriptedProcess => {
  const input = inputBuffer(stdin)
  const stop = new AbortController()
  const attachments = new Set<{ readonly outputs: ReadonlyMap<Stream, PassThrough>; close(): void }>()
  const { promise: exited, resolve } = Promise.withResolvers<Exit>()
  let window = size ?? { rows: 24, columns: 80 }
  let exit: Exit | undefined
  const write = (stream: Stream, text: string) => {
    if (exit !== undefined) return
    const target = terminal ? 'stdout' : stream
    onOutput(target, text)
    for (const { outputs } of attachments) outputs.get(target)?.write(text)
  }
  const finish = (code: number) => {
    if (exit !== undefined) return
    exit = { code, at: Date.now(), oomKilled: false }
    stop.abort()
    input.end()
    for (const attachment of attachments) attachment.close()
    resolve(exit)
  }
  const resize = async (next: TerminalSize) => {
    window = next
  }
  return {
    pid: ++lastPid,
    exited,
    exit: () => exit,
    resize,
    kill: (signal) => finish(128 + signal),
    start: () => {
      const shell: Shell = { write, input, size: () => window, variables: new Map(), stopped: stop.signal }
      runCommand(shell, args, 'stdout').then(finish, (error: unknown) =>
        finish(error instanceof ScriptExit ? error.code : 1)
      )
    },
    attach: (request) => {
      if (exit !== undefined) throw new EngineError('failed-precondition', 'there is no running process to attach to')
      if (request.size !== undefined) window = request.size
      const wanted = (['stdout', 'stderr'] as const).filter((stream) => request[stream] === true)
      const outputs = new Map(wanted.map((stream) => [stream, new PassThrough({ highWaterMark: 16 * 1024 * 1024 })]))
      const typed = request.stdin === true ? new PassThrough() : undefined
      const done = Promise.withResolvers<void>()
      const close = () => {
        attachments.delete(attachment)
        for (const output of outputs.values()) output.end()
        done.resolve()
      }
      const attachment = { outputs, close }
      attachments.add(attachment)
      typed?.on('data', input.push)
      // On a pipe the end of an attached input is the end of the input; a terminal outlives its viewers.
      if (!terminal) typed?.once('end', input.end)
      return {
        stdin: typed,
        stdout: outputs.get('stdout'),
        stderr: outputs.get('stderr'),
        done: done.promise,
        resize,
        detach: () => {
          for (const output of outputs.values()) output.destroy()
          close()
        }
      }
    }
  }
}
