/**
 * Container logs: where a monitor writes them, and reading them back: the last lines, a span of time, or as they come.
 *
 * @packageDocumentation
 */
export { fileLogs, type FileLogsInit } from './file-logs.ts'
export type { JournalInit } from './journald.ts'
