import { isEngineError } from '@runcible/interface'
import type { CommandContext } from './command.ts'
import { askLine } from './terminal/ask.ts'

/** Warns on the standard output and asks whether to go on. No answer means no. */
export async function confirm({ stdio }: Pick<CommandContext, 'stdio'>, warning: string): Promise<boolean> {
  stdio.stdout.write(`WARNING! ${warning}\n`)
  try {
    const answer = await askLine(stdio, 'Are you sure you want to continue? [y/N] ')
    return answer.toLowerCase().startsWith('y')
  } catch (error) {
    if (isEngineError(error, 'aborted')) return false
    throw error
  }
}
