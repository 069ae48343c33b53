import type { CommandModule } from '../command.ts'

/** One line of the table of commands. */
export interface CatalogEntry {
  /** Spellings, the usual one first. */
  readonly names: readonly string[]
  readonly summary: string
  /** Heading in the main help; absent for what is not shown there. */
  readonly group?: string
  readonly load: () => Promise<{ readonly command: CommandModule }>
}
