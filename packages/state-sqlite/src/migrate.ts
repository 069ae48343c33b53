import type { DatabaseSync } from 'node:sqlite'
import { EngineError } from '@runcible/interface'
import { refuseEmptiedDatabase } from './lost-state.ts'
import { initial } from './migrations/0001-initial.ts'
import { listsAndArtifacts } from './migrations/0002-lists-and-artifacts.ts'

/** Migration n brings `user_version` from n to n + 1. Never edited once released; only appended to. */
const migrations: readonly string[] = [initial, listsAndArtifacts]

const versionOf = (database: DatabaseSync) =>
  Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)

/** Brings the schema up to date; one small read when it already is. `unsupported` for a database of a newer engine. */
export function migrate(database: DatabaseSync, path: string): void {
  if (versionOf(database) === migrations.length) return
  database.exec('PRAGMA journal_mode = WAL')
  database.exec('BEGIN IMMEDIATE')
  try {
    // Read again inside the transaction: another process may have been faster.
    const version = versionOf(database)
    if (version > migrations.length) {
      throw new EngineError(
        'unsupported',
        `the state was written by a newer version (schema ${version}, this one knows ${migrations.length})`,
        {
          hint: 'upgrade runcible, or name another --root'
        }
      )
    }
    if (version === 0) refuseEmptiedDatabase(path)
    for (const step of migrations.slice(version)) database.exec(step)
    database.exec(`PRAGMA user_version = ${migrations.length}`)
    database.exec('COMMIT')
  } catch (error) {
    // SQLite rolls back by itself on some errors (disk full); a second ROLLBACK would hide the first error.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}
