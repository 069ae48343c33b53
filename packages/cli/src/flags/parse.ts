import type { Flag } from './flag.ts'
import { readFlags } from './read-flags.ts'
import { type FlagValues, flagValues } from './values.ts'

/** What the parser and the help need to know of a command. */
export interface Syntax {
  /** As typed, for example `runcible volume create`. */
  readonly name: string
  /** What follows the name, for example `[options] IMAGE [COMMAND [ARG...]]`. */
  readonly usage: string
  readonly summary: string
  /** Lines below the summary. */
  readonly description?: string
  readonly flags: readonly Flag[]
  /** The first operand ends the flags: what follows belongs to the container. */
  readonly stopAtOperand?: boolean
  /** Shell lines that show the use. */
  readonly examples?: readonly string[]
}

export type ParsedCommand =
  | { readonly kind: 'run'; readonly flags: FlagValues; readonly args: readonly string[] }
  | { readonly kind: 'help' }

/** @throws UsageError */
export function parseCommand(syntax: Pick<Syntax, 'flags' | 'stopAtOperand'>, argv: readonly string[]): ParsedCommand {
  const flags = [...syntax.flags, helpFlag(syntax.flags)]
  const { booleans, values, args } = readFlags(argv, flags, syntax.stopAtOperand ?? false)
  if (booleans.get('help') === true) return { kind: 'help' }
  return { kind: 'run', flags: flagValues({ flags, booleans, values }), args }
}

/** `-h` means the help where it means nothing else. */
function helpFlag(flags: readonly Flag[]): Flag {
  const isFree = !flags.some((flag) => flag.short === 'h')
  return { name: 'help', ...(isFree ? { short: 'h' } : {}), kind: 'bool', help: 'Show this text' }
}
