/**
 * The command line of Runcible over any `Engine`: Podman's commands, flags, output and exit codes.
 *
 * @packageDocumentation
 */
export { main } from './main.ts'
export type { MainOptions } from './main.ts'
export type { GlobalOptions, LogLevel } from './global-options.ts'
export type { InputStream, OutputStream, SignalSource, Stdio } from './stdio.ts'
