/**
 * What the engine remembers, in one SQLite database that every process on the same root shares: records as JSON rows
 * with a primary and a secondary key, events, and kernel locks beside it. No server: SQLite comes with Node.
 *
 * @packageDocumentation
 */
export { sqliteState, type SqliteState, type SqliteStateInit } from './state-store.ts'
export { matchesFilters } from './event-filters.ts'
export { lockPath } from './lock.ts'
