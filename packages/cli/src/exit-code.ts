import { isEngineError } from '@runcible/interface'
import type { ErrorCode } from '@runcible/interface'
import { firstError } from './failure.ts'

/** Exit codes that are not a container's own. 125: the engine failed. 126, 127: the command cannot be executed, was not found. */
export const exitCodes = { failure: 125, notExecutable: 126, notFound: 127 } as const

const byCode: Partial<Record<ErrorCode, number>> = {
  'command-not-executable': exitCodes.notExecutable,
  'command-not-found': exitCodes.notFound
}

/** The exit code of a command that failed with `error`. `table` overrides single codes, as `rm` and `rmi` do. */
export function exitCodeOf(failure: unknown, table: Partial<Record<ErrorCode, number>> = {}): number {
  const error = firstError(failure)
  if (!isEngineError(error)) return exitCodes.failure
  return table[error.code] ?? byCode[error.code] ?? exitCodes.failure
}

/** Removal commands: 1 for what does not exist, 2 for what is in use. */
export const removalExitCodes = { 'not-found': 1, 'in-use': 2, 'failed-precondition': 2 } as const

const signalNumbers: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }

/** What a shell reports for a program that a signal ended. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return 128 + (signalNumbers[signal] ?? 15)
}
