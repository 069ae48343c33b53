import { createInterface } from 'node:readline'
import type { CommandContext } from './command.ts'

/** Warns on the standard output and asks whether to go on. The end of the input means no. */
export async function confirm(
  { stdio, interruption }: Pick<CommandContext, 'stdio' | 'interruption'>,
  warning: string
): Promise<boolean> {
  stdio.stdout.write(`WARNING! ${warning}\nAre you sure you want to continue? [y/N] `)
  const lines = createInterface({ input: stdio.stdin, signal: interruption.signal })
  try {
    for await (const line of lines) return line.trim().toLowerCase().startsWith('y')
    return false
  } finally {
    lines.close()
  }
}
