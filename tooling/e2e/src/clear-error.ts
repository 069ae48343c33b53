import type { Result } from './program.ts'
import { isPodman } from './subject.ts'

/**
 * Checks that a command failed the way a person can use: the exit code, one line that says what and why, at most a hint
 * after it, no stack. Gives what was written to the standard error.
 */
export function clearErrorOf(args: readonly string[], { exitCode, stderr, stdout }: Result, expected: number): string {
  const said = `${args.join(' ')}: exit code ${exitCode}\n${stdout}${stderr}`
  if (exitCode !== expected) throw new Error(`expected exit code ${expected} of ${said}`)
  if (isPodman) return stderr
  // A runtime that shares our standard error tells itself why it cannot execute a command.
  const isSaid = stderr.split('\n').some((line) => /^(?:Error|exec failed): \S/.test(line))
  if (!isSaid) throw new Error(`no line beginning with "Error: " from ${said}`)
  if (/^\s+at .*:\d+:\d+\)?$/m.test(stderr)) throw new Error(`a stack from ${said}`)
  return stderr
}
