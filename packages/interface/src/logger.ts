export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error'

/** Where layers say what a person debugging them wants to know. Never credentials, never for control flow. */
export interface Logger {
  readonly level: LogLevel
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void
}
