import { spawn, type ChildProcess } from 'node:child_process'
import { EngineError, type CallOptions, type ExecProcess, type Exit, type InheritedStdio } from '@runcible/interface'
import { abortedError, throwIfAborted } from './abort.ts'
import { readHead, readNumber } from './read-text.ts'
import { childEnvironment } from './run-command.ts'
import { runtimeError } from './runc-errors.ts'
import { signalNumber } from './signals.ts'
import type { ExecContext } from './task-exec.ts'

const SIGKILL = 9
const LOG_LIMIT = 16 * 1024

/**
 * The runtime as a direct child with the caller's own descriptors: it passes data, signals and, on a terminal, raw mode
 * and window size by itself. The process ends with the caller's interest in it, not with the container alone.
 */
export const execInherited = (context: ExecContext, stdio: InheritedStdio, options: CallOptions): ExecProcess => {
  const { task, exec, files, processFile } = context
  throwIfAborted(options.signal, `exec ${exec.id}`)
  const { cli, id } = task
  const args = [
    ...cli.globalOptions,
    '--log',
    files.runtimeLog,
    '--log-format',
    'json',
    'exec',
    '--process',
    processFile,
    '--pid-file',
    files.pid,
    id
  ]
  const child = spawn(cli.path(), args, {
    env: childEnvironment(),
    stdio: [exec.stdin ? stdio.stdin : 'ignore', stdio.stdout, stdio.stderr]
  })
  let givenUp: number | undefined
  const exit = new Promise<Exit>((resolve, reject) => {
    child.once('error', (error) =>
      reject(
        new EngineError('unavailable', `${task.settings.runtime} cannot be started: ${error.message}`, { cause: error })
      )
    )
    child.once('exit', (code, signal) => {
      const failure = failureOf(context, code)
      if (failure !== undefined) reject(failure)
      else
        resolve({
          code: code ?? 128 + (givenUp ?? signalNumber(signal ?? 'SIGKILL')),
          at: Date.now(),
          oomKilled: false
        })
    })
  }).finally(context.clean)
  exit.catch(() => undefined)
  return {
    id: exec.id,
    get pid() {
      return readNumber(files.pid) ?? 0
    },
    attachment: undefined,
    wait: (waiting) => untilAborted(exit, waiting?.signal),
    kill: async (signal) => {
      const number = signalNumber(signal)
      if (isOutlived(context, child)) {
        givenUp ??= number
        child.kill('SIGKILL')
      } else sendSignal(context, child, number)
    },
    // The runtime follows the size of the terminal it was given.
    resize: async () => undefined
  }
}

/** The runtime writes the pid file once the process has started: an error without it is the runtime's own. */
const failureOf = ({ files, subject }: ExecContext, code: number | null): EngineError | undefined => {
  if (code === 0 || readNumber(files.pid) !== undefined) return undefined
  const words = readHead(files.runtimeLog, LOG_LIMIT)
  return words === '' ? undefined : runtimeError(words, 'exec', subject)
}

/**
 * Whether the process has ended while the runtime stays: it copies the output until the last descendant that holds it has
 * gone as well, and passes signals on to nobody.
 */
const isOutlived = ({ task, files }: ExecContext, { exitCode, signalCode }: ChildProcess): boolean => {
  const pid = readNumber(files.pid)
  return (
    exitCode === null && signalCode === null && pid !== undefined && task.linux.process.startTime(pid) === undefined
  )
}

const sendSignal = (
  { task, files, exec }: ExecContext,
  child: { kill(signal: number): boolean; exitCode: number | null },
  number: number
): void => {
  const pid = readNumber(files.pid)
  const startTime = pid === undefined ? undefined : task.linux.process.startTime(pid)
  if (child.exitCode !== null || (pid !== undefined && startTime === undefined)) {
    throw new EngineError('failed-precondition', `exec ${exec.id} is not running`, {
      subject: { kind: 'exec', name: exec.id }
    })
  }
  if (pid !== undefined && startTime !== undefined) task.linux.process.signal({ pid, startTime }, number)
  // Not started yet: the runtime passes on every signal but the one it cannot catch.
  else child.kill(number === SIGKILL ? SIGKILL : number)
}

const untilAborted = <T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (signal === undefined) return promise
  throwIfAborted(signal, 'waiting for the exit')
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(abortedError('waiting for the exit'))
  signal.addEventListener('abort', onAbort, { once: true })
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort))
}
