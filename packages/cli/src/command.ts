import type { Engine } from '@runcible/interface'
import type { Syntax } from './flags/parse.ts'
import type { FlagValues } from './flags/values.ts'
import type { GlobalOptions } from './global-options.ts'
import type { Interruption } from './interruption.ts'
import type { Stdio } from './stdio.ts'

/** What a command works with. */
export interface CommandContext {
  readonly flags: FlagValues
  readonly args: readonly string[]
  readonly stdio: Stdio
  readonly env: Readonly<Record<string, string | undefined>>
  /** Opened at the first call, closed by `main`. */
  readonly engine: () => Promise<Engine>
  readonly version: string
  readonly globals: GlobalOptions
  /** SIGINT and SIGTERM to this program. */
  readonly interruption: Interruption
}

/** One command: its syntax in data, and what it does. Returns the exit code, 0 when it says nothing. */
export interface CommandModule extends Omit<Syntax, 'name' | 'summary'> {
  run(context: CommandContext): Promise<number | void>
}
