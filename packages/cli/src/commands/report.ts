import { isEngineError } from '@runcible/interface'
import type { ErrorCode } from '@runcible/interface'
import type { CommandContext } from '../command.ts'
import { exitCodeOf } from '../exit-code.ts'
import { failureText } from '../failure.ts'
import type { Stdio } from '../stdio.ts'

/** Prints errors that do not end the command. */
export function errorReporter(stdio: Stdio): (error: unknown) => void {
  return (error) => void stdio.stderr.write(failureText(error, { command: 'runcible', debug: false }))
}

export interface EachOptions {
  /** Exit codes of single error codes. */
  readonly exitCodes?: Partial<Record<ErrorCode, number>>
  /** Names that do not exist are passed over. */
  readonly ignoreMissing?: boolean
}

/**
 * Does something with each name, one after the other, and prints what it returns. A failure is reported and the rest
 * still done; the exit code is the one of the last failure.
 */
export async function forEachName(
  { stdio, interruption }: Pick<CommandContext, 'stdio' | 'interruption'>,
  names: readonly string[],
  act: (name: string) => Promise<string | void>,
  options: EachOptions = {}
): Promise<number> {
  const report = errorReporter(stdio)
  let code = 0
  for (const name of names) {
    try {
      const line = await act(name)
      if (line !== undefined) stdio.stdout.write(`${line}\n`)
    } catch (error) {
      if (interruption.signal.aborted) throw error
      if (options.ignoreMissing === true && isEngineError(error, 'not-found')) continue
      report(error)
      code = exitCodeOf(error, options.exitCodes)
    }
  }
  return code
}
