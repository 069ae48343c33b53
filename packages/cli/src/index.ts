/**
 * The command line of Runcible over any `Engine`: Podman's commands, flags, output and exit codes.
 *
 * @packageDocumentation
 */
export { main } from './main.ts'
export type { MainOptions } from './main.ts'
export { catalog } from './catalog.ts'
export type { CatalogEntry } from './catalog/entry.ts'
export type { CommandContext, CommandModule } from './command.ts'
export type { Flag, FlagKind } from './flags/flag.ts'
export { globalFlags } from './global-options.ts'
export type { GlobalOptions, LogLevel } from './global-options.ts'
export type { InputStream, OutputStream, SignalSource, Stdio } from './stdio.ts'
