import { catalog, globalFlags } from '@runcible/cli'

/** A command of ours with its flags. */
export interface CommandFlags {
  /** Every spelling, the usual one first; an empty one for the program itself. */
  readonly names: readonly string[]
  /** Names without dashes, second spellings too. */
  readonly flags: readonly string[]
}

/** What the command line has, asked of its own table. */
export async function ourCommands(): Promise<CommandFlags[]> {
  const commands = catalog.map(async ({ names, load }) => ({ names, flags: spellings((await load()).command.flags) }))
  return [{ names: [''], flags: spellings(globalFlags) }, ...(await Promise.all(commands))]
}

const spellings = (flags: typeof globalFlags): string[] => flags.flatMap(({ name, aliases = [] }) => [name, ...aliases])
